package filter_test

import (
	"testing"

	"github.com/sallyport-id/sallyport/access/filter"
	"pgregory.net/rapid"
)

func mustDevice(t testing.TB, rule string) *filter.Rule {
	t.Helper()
	r, err := filter.ParseDevice(rule)
	if err != nil {
		t.Fatalf("ParseDevice(%q): %v", rule, err)
	}
	return r
}

// device is a Record of devices; a property that is not in it is null.
type device map[filter.DeviceProperty]filter.Value

func (d device) Value(p filter.Property) filter.Value {
	if v, ok := d[p.Device()]; ok {
		return v
	}
	return filter.Null()
}

var (
	surface = device{
		filter.DisplayName:         filter.Text("PAW-Berlin-01"),
		filter.Model:               filter.Text("Surface Pro"),
		filter.IsCompliant:         filter.Text("True"),
		filter.TrustType:           filter.Text("ServerAD"),
		filter.ExtensionAttribute1: filter.Text("SAW"),
		filter.PhysicalIDs:         filter.List("[ZTDId]:abc", "[USER-GID]:1"),
		filter.SystemLabels:        filter.List("CloudPC"),
	}
	unregistered = device{} // CA-85: all properties are null
)

func TestMatch(t *testing.T) {
	unknownModel := device{filter.Model: filter.Value{}, filter.IsCompliant: filter.Text("True")}
	tests := []struct {
		id   string
		rule string
		on   device
		want filter.Truth
	}{
		// CA-84: each operator, on a string, without regard to case.
		{"CA-84", `device.displayName -eq "paw-berlin-01"`, surface, filter.True},
		{"CA-84", `device.displayName -eq "paw-berlin"`, surface, filter.False},
		{"CA-84", `device.displayName -ne "PAW-BERLIN-01"`, surface, filter.False},
		{"CA-84", `device.displayName -ne "x"`, surface, filter.True},
		{"CA-84", `device.displayName -startsWith "paw-"`, surface, filter.True},
		{"CA-84", `device.displayName -startsWith "berlin"`, surface, filter.False},
		{"CA-84", `device.displayName -notStartsWith "paw-"`, surface, filter.False},
		{"CA-84", `device.displayName -notStartsWith "berlin"`, surface, filter.True},
		{"CA-84", `device.displayName -endsWith "N-01"`, surface, filter.True},
		{"CA-84", `device.displayName -endsWith "paw"`, surface, filter.False},
		{"CA-84", `device.displayName -notEndsWith "-01"`, surface, filter.False},
		{"CA-84", `device.displayName -notEndsWith "-02"`, surface, filter.True},
		{"CA-84", `device.displayName -contains "BERLIN"`, surface, filter.True},
		{"CA-84", `device.displayName -contains "paris"`, surface, filter.False},
		{"CA-84", `device.displayName -notContains "berlin"`, surface, filter.False},
		{"CA-84", `device.displayName -notContains "paris"`, surface, filter.True},
		{"CA-84", `device.model -in ["surface go", "surface pro"]`, surface, filter.True},
		{"CA-84", `device.model -in ["surface"]`, surface, filter.False},
		{"CA-84", `device.model -notIn ["surface go","surface pro"]`, surface, filter.False},
		{"CA-84", `device.model -notIn ["surface"]`, surface, filter.True},

		// CA-84: precedence, hyphens, quotes, names in any case.
		{"CA-84", `device.isCompliant -eq False -and device.trustType -eq "ServerAD" -or device.model -eq "Surface Pro"`, surface, filter.True},
		{"CA-84", `device.isCompliant -eq False -and (device.trustType -eq "ServerAD" -or device.model -eq "Surface Pro")`, surface, filter.False},
		{"CA-84", `-not device.isCompliant -eq True -or device.model -eq "Surface Pro"`, surface, filter.True},
		{"CA-84", `-not (device.isCompliant -eq True -or device.model -eq "Surface Pro")`, surface, filter.False},
		{"CA-84", `-not device.isCompliant -eq False -and device.trustType -eq "ServerAD"`, surface, filter.True},
		{"CA-84", `-not -not device.isCompliant -eq True`, surface, filter.True},
		{"CA-84", `device.isCompliant eq "true" and not (DEVICE.TRUSTTYPE ne serverad)`, surface, filter.True},
		{"CA-84", `isCompliant -EQ TRUE -AND extensionattribute1 -StartsWith 'sa'`, surface, filter.True},

		// CA-85, CA-88 and G-2: an unregistered device.
		{"CA-85", `device.isCompliant -eq "True"`, unregistered, filter.False},
		{"CA-85", `device.isCompliant -ne "True"`, unregistered, filter.True},
		{"CA-88", `device.isCompliant -eq "False"`, unregistered, filter.False},
		{"CA-88", `device.isCompliant -ne "False"`, unregistered, filter.True},
		{"CA-88", `device.model -eq null`, unregistered, filter.True},
		{"CA-88", `device.model -eq $null`, unregistered, filter.True},
		{"CA-88", `device.model -ne null`, unregistered, filter.False},
		{"CA-88", `device.model -eq null`, surface, filter.False},
		{"CA-88", `device.model -ne null`, surface, filter.True},
		{"CA-88", `device.model -eq "null"`, unregistered, filter.False},
		{"CA-88", `device.systemLabels -eq null`, unregistered, filter.True},
		{"CA-85", `device.extensionAttribute1 -notStartsWith "SAW"`, unregistered, filter.True},
		{"CA-85", `device.model -contains ""`, unregistered, filter.False},

		// CA-87: collections compare whole elements.
		{"CA-87", `device.physicalIds -contains "[ZTDId]"`, surface, filter.False},
		{"CA-87", `device.physicalIds -contains "[ztdid]:ABC"`, surface, filter.True},
		{"CA-87", `device.physicalIds -notContains "[ZTDId]"`, surface, filter.True},
		{"CA-87", `device.physicalIds -notContains "[ZTDId]:abc"`, surface, filter.False},
		{"CA-87", `device.systemLabels -eq "cloudpc"`, surface, filter.True},
		{"CA-87", `device.systemLabels -ne "CloudPC"`, surface, filter.False},
		{"CA-87", `device.systemLabels -contains "Cloud"`, device{filter.SystemLabels: filter.Text("CloudPC")}, filter.False},

		// CA-89: atoms on null first, then boolean logic.
		{"CA-89", `device.isCompliant -ne True -and device.trustType -ne "ServerAD"`, unregistered, filter.True},
		{"CA-89", `device.isCompliant -ne True -and device.trustType -eq "ServerAD"`, unregistered, filter.False},
		{"CA-89", `-not device.isCompliant -eq True`, unregistered, filter.True},
		{"CA-89", `-not (device.isCompliant -eq True -or device.model -ne "x")`, unregistered, filter.False},

		// Unknown is not no.
		{"unknown", `device.model -eq "x"`, unknownModel, filter.Unknown},
		{"unknown", `device.model -ne "x"`, unknownModel, filter.Unknown},
		{"unknown", `device.model -eq null`, unknownModel, filter.Unknown},
		{"unknown", `-not device.model -eq "x"`, unknownModel, filter.Unknown},
		{"unknown", `device.model -eq "x" -or device.isCompliant -eq True`, unknownModel, filter.True},
		{"unknown", `device.model -eq "x" -and device.isCompliant -eq True`, unknownModel, filter.Unknown},
		{"unknown", `device.model -eq "x" -and device.isCompliant -eq False`, unknownModel, filter.False},
	}
	for _, tt := range tests {
		if got := mustDevice(t, tt.rule).Match(tt.on); got != tt.want {
			t.Errorf("%s: %s: got %v, want %v", tt.id, tt.rule, got, tt.want)
		}
	}
}

// CA-85: on null every positive operator is false and every negative one true,
// whatever the property.
func TestMatchNull(t *testing.T) {
	for d := filter.DeviceID; d <= filter.ExtensionAttribute15; d++ {
		p := filter.Device(d)
		operand := "x"
		if values := p.Values(); values != nil {
			operand = values[0]
		}
		for _, op := range p.Operators() {
			written := `"` + operand + `"`
			if op.Positive() == filter.In {
				written = "[" + written + "]"
			}
			rule := p.String() + " " + op.String() + " " + written
			if got := mustDevice(t, rule).Match(unregistered); got != filter.Of(op.Negative()) {
				t.Errorf("CA-85: %s on null: got %v", rule, got)
			}
		}
	}
}

// CA-37: attributes of an app, by definition id; -contains means a whole value
// of a collection and a part of a string; a missing attribute is null.
func TestMatchApp(t *testing.T) {
	app := filter.Attributes{
		"Finance_tier":   filter.List("gold", "silver"),
		"Finance_owner":  filter.Text("Treasury"),
		"Finance_secret": filter.Value{},
	}
	tests := []struct {
		rule string
		want filter.Truth
	}{
		{`CustomSecurityAttribute.Finance_tier -contains "gold"`, filter.True},
		{`CustomSecurityAttribute.Finance_tier -contains "gol"`, filter.False},
		{`CustomSecurityAttribute.Finance_tier -eq "Silver"`, filter.True},
		{`CustomSecurityAttribute.Finance_tier -ne "silver"`, filter.False},
		{`CustomSecurityAttribute.Finance_tier -in ["bronze", "silver"]`, filter.True},
		{`CustomSecurityAttribute.Finance_tier -startsWith "go"`, filter.True},
		{`customsecurityattribute.finance_TIER -contains "gold"`, filter.True},
		{`CustomSecurityAttribute.Finance_owner -contains "easu"`, filter.True},
		{`CustomSecurityAttribute.Finance_owner -eq "treasury"`, filter.True},
		{`CustomSecurityAttribute.Finance_absent -eq "x"`, filter.False},
		{`CustomSecurityAttribute.Finance_absent -ne "x"`, filter.True},
		{`CustomSecurityAttribute.Finance_absent -eq null`, filter.True},
		{`CustomSecurityAttribute.Finance_secret -eq "x"`, filter.Unknown},
	}
	for _, tt := range tests {
		rule, err := filter.ParseApp(tt.rule)
		if err != nil {
			t.Errorf("CA-37: %v", err)
			continue
		}
		if got := rule.Match(app); got != tt.want {
			t.Errorf("CA-37: %s: got %v, want %v", tt.rule, got, tt.want)
		}
	}
}

// Case is folded as Unicode tells, also where a letter's other case has another
// length, and only there.
func TestMatchCase(t *testing.T) {
	tests := []struct {
		value, op, operand string
		want               bool
	}{
		{"STRASSE", "-eq", "straße", false},
		{"ÉCOLE", "-eq", "école", true},
		{"\u212aelvin", "-eq", "kELVIN", true},
		{"Kelvin", "-startsWith", "\u212a", true},
		{"MaſS", "-endsWith", "sſ", true},
		{"ΑΓΟΡΑΣ", "-contains", "ρας", true},
		{"Büro-東京", "-contains", "BÜRO-東", true},
		{"Büro", "-startsWith", "bu", false},
		{"\xffab", "-endsWith", "AB", true},
		{"\xffab", "-eq", "ab", false},
		{"[@`{", "-eq", "{`@[", false},
		{"@", "-eq", "``", false},
	}
	for _, tt := range tests {
		rule := mustDevice(t, "device.model "+tt.op+` "`+tt.operand+`"`)
		got := rule.Match(device{filter.Model: filter.Text(tt.value)})
		if got != filter.Of(tt.want) {
			t.Errorf("%q %s %q: got %v", tt.value, tt.op, tt.operand, got)
		}
	}
}

// Any way to write a rule matches as the reference evaluator does.
func TestMatchAgreesWithReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns, parse := deviceColumns, filter.ParseDevice
		if rapid.Bool().Draw(t, "app") {
			columns, parse = appColumns, filter.ParseApp
		}
		e := genExpr(t, columns, 3)
		text := e.write(t)
		rule, err := parse(text)
		if err != nil {
			if len(text) > filter.MaxRuleLength/2 {
				t.Skip("too long")
			}
			t.Fatalf("%v in\n%s", err, text)
		}
		record := genRecord(t, columns, true)
		if got, want := rule.Match(fold{record}), e.eval(record); got.String() != want {
			t.Fatalf("%s\non %v: got %v, want %s", text, record, got, want)
		}
	})
}

// fold looks attributes up in any case, as Attributes does.
type fold struct{ refRecord }

func (f fold) Value(p filter.Property) filter.Value {
	if !p.IsAttribute() {
		return f.refRecord.Value(p)
	}
	attributes := filter.Attributes{}
	for _, c := range appColumns {
		id := c.name[len("CustomSecurityAttribute."):]
		attributes[id] = f.refRecord[c.name].value()
	}
	return attributes.Value(p)
}

// Learning a value never changes an answer that was definite without it.
func TestLearningNeverContradicts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule, err := filter.ParseDevice(genExpr(t, deviceColumns, 3).write(t))
		if err != nil {
			t.Skip("too long")
		}
		known := genRecord(t, deviceColumns, false)
		partly := refRecord{}
		for name, v := range known {
			if rapid.Bool().Draw(t, "forget") {
				v = refValue{unknown: true}
			}
			partly[name] = v
		}
		before, after := rule.Match(partly), rule.Match(known)
		if after == filter.Unknown {
			t.Fatalf("%s on %v: unknown though all is known", rule, known)
		}
		if before != filter.Unknown && before != after {
			t.Fatalf("%s: %v on %v, but %v on %v", rule, before, partly, after, known)
		}
	})
}

func TestMatchAllocatesNothing(t *testing.T) {
	rule := mustDevice(t, `-not (device.displayName -contains "Größe" -or device.model -in ["a","b"]) -and device.systemLabels -ne "CloudPC"`)
	record := &array{}
	record[filter.DisplayName] = filter.Text("Kleine größe")
	record[filter.Model] = filter.Text("B")
	record[filter.SystemLabels] = filter.List("x", "cloudpc")
	if n := testing.AllocsPerRun(100, func() { rule.Match(record) }); n != 0 {
		t.Errorf("Match allocates %v times", n)
	}
	app, err := filter.ParseApp(`CustomSecurityAttribute.a_b -eq "x" -or CustomSecurityAttribute.A_c -eq "x"`)
	if err != nil {
		t.Fatal(err)
	}
	attributes := filter.Attributes{"A_B": filter.Text("y"), "a_c": filter.Text("X")}
	if n := testing.AllocsPerRun(100, func() { app.Match(attributes) }); n != 0 {
		t.Errorf("Match of attributes allocates %v times", n)
	}
}

// array is a Record as a caller in a hurry would write it.
type array [filter.ExtensionAttribute15 + 1]filter.Value

func (a *array) Value(p filter.Property) filter.Value { return a[p.Device()] }

func BenchmarkMatch(b *testing.B) {
	record := &array{}
	record[filter.IsCompliant] = filter.Text("False")
	record[filter.TrustType] = filter.Text("ServerAD")
	record[filter.DisplayName] = filter.Text("PAW-Berlin-0123456789")
	record[filter.DeviceID] = filter.Text("7b0d5c1e-35b4-4c37-9b2e-9c01b0f5f1aa")
	rules := map[string]string{
		"two":      `device.isCompliant -eq True -or device.trustType -eq "ServerAD"`,
		"contains": `device.displayName -contains "berlin-01234567891"`,
		"unicode":  `device.displayName -contains "größe"`,
		"in":       `device.deviceId -in ["7b0d5c1e-35b4-4c37-9b2e-9c01b0f5f1ab","7b0d5c1e-35b4-4c37-9b2e-9c01b0f5f1ac","00000000-35b4-4c37-9b2e-9c01b0f5f1aa"]`,
	}
	for name, text := range rules {
		rule := mustDevice(b, text)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rule.Match(record)
			}
		})
	}
}
