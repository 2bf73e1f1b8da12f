package triage

import "time"

// Finding is something that a person should look at.
type Finding struct {
	// ID is the same whenever the same records are examined.
	ID       string   `json:"id"`
	Kind     Kind     `json:"kind"`
	Title    string   `json:"title"`
	Severity Severity `json:"severity"`
	// From and To are the times of the first and the last record.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Window is the span that was counted, where one was.
	Window Duration `json:"window,omitzero"`
	// Why tells what was seen, how often, and what speaks for or against it.
	Why string `json:"why"`

	// Count is the number of records; RecordIDs are the first of them, in
	// order of time, as many as Thresholds.Evidence allows.
	Count     int      `json:"count"`
	RecordIDs []string `json:"recordIds"`

	// Who and what was involved: the first few of each, and how many in all.
	Users     []Person  `json:"users,omitempty"`
	UserCount int       `json:"userCount,omitempty"`
	Apps      []App     `json:"apps,omitempty"`
	Addresses []Address `json:"addresses,omitempty"`
	// AddressCount and AppCount count all, not only those listed.
	AddressCount int            `json:"addressCount,omitempty"`
	AppCount     int            `json:"appCount,omitempty"`
	Countries    []string       `json:"countries,omitempty"`
	ResultCodes  map[string]int `json:"resultCodes,omitempty"` // code → records
	Policies     []Policy       `json:"policies,omitempty"`    // that refused
	Techniques   []string       `json:"techniques,omitempty"`  // MITRE ATT&CK
	// Rule is the Sigma rule that matched, for findings of kind sigma.
	Rule *Rule `json:"rule,omitempty"`
}

// Person is a user or a service principal.
type Person struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"` // user principal name, or as typed
}

// App is a client app.
type App struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// Address is where records came from.
type Address struct {
	IP      string `json:"ip"`
	Country string `json:"country,omitempty"`
	ASN     uint32 `json:"asn,omitempty"`
}

// Policy is a Conditional Access policy as the log names it.
type Policy struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// Rule names a Sigma rule.
type Rule struct {
	ID     string   `json:"id,omitempty"`
	Title  string   `json:"title"`
	Level  string   `json:"level,omitempty"`
	Author string   `json:"author,omitempty"`
	Tags   []string `json:"tags,omitempty"`
	File   string   `json:"file"`
	// Group is the value of a correlation's group-by, if it has one.
	Group string `json:"group,omitempty"`
}
