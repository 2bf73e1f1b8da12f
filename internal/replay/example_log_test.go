package replay_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/internal/snapshot"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

var update = flag.Bool("update", false, "write the example log anew")

const (
	contoso    = "../../examples/contoso"
	exampleLog = "../../examples/logs/week.jsonl"
)

// TestExampleLog holds examples/logs/week.jsonl to the sample tenant: a week of
// sign-ins, with what the tenant's policies made of each as the service would
// have recorded it. `go test ./internal/replay -run ExampleLog -update` writes it.
func TestExampleLog(t *testing.T) {
	tenant, set := compile(t, contoso)
	var b bytes.Buffer
	w := signinlog.NewJSONLinesWriter(&b)
	for _, rec := range week(replay.NewDecider(set, tenant)) {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(exampleLog, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(exampleLog)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, b.Bytes()) {
		t.Error("examples/logs/week.jsonl is not what the sample tenant gives; write it anew with -update")
	}
}

func compile(t testing.TB, paths ...string) (*snapshot.Tenant, *access.Set) {
	t.Helper()
	tenant, err := snapshot.Read(paths, snapshot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := access.Compile(tenant.Source(), access.Options{CarryUnresolved: true})
	if err != nil {
		t.Fatal(err)
	}
	return tenant, set
}

// The tenant's people, apps and devices, as records name them.
type exampleUser struct{ id, upn, name string }

var (
	ada   = exampleUser{"05e40000-0000-4000-8000-000000000001", "ada.conti@contoso.example", "Ada Conti"}
	kenji = exampleUser{"05e40000-0000-4000-8000-000000000002", "kenji.sato@contoso.example", "Kenji Sato"}
	lucia = exampleUser{"05e40000-0000-4000-8000-000000000003", "lucia.rossi@contoso.example", "Lucia Rossi"}
	pat   = exampleUser{"05e40000-0000-4000-8000-000000000005", "pat_fabrikam.example#EXT#@contoso.example", "Pat Larkin"}

	managed   = signinlog.Device{ID: "de000000-0000-4000-8000-000000000001", DisplayName: "LT-KENJI", OperatingSystem: "Windows 11", Browser: "Edge 142.0", IsCompliant: signinlog.Told(true), IsManaged: signinlog.Told(true), TrustType: "Microsoft Entra joined"}
	adaMac    = signinlog.Device{ID: "de000000-0000-4000-8000-000000000002", DisplayName: "MBP-ADA", OperatingSystem: "MacOs", Browser: "Safari 26.0", IsCompliant: signinlog.Told(true), IsManaged: signinlog.Told(true), TrustType: "Microsoft Entra registered"}
	neglected = signinlog.Device{ID: "de000000-0000-4000-8000-000000000003", DisplayName: "LT-LUCIA", OperatingSystem: "Windows 11", Browser: "Edge 142.0", IsCompliant: signinlog.Told(false), IsManaged: signinlog.Told(true), TrustType: "Microsoft Entra joined"}
	phone     = signinlog.Device{OperatingSystem: "Ios 26.1", Browser: "Mobile Safari"}
)

// diary writes the week.
type diary struct {
	decider *replay.Decider
	rng     *rand.Rand
	list    []*signinlog.Record
}

// week is the week's sign-ins, oldest first.
func week(d *replay.Decider) []*signinlog.Record {
	w := &diary{decider: d, rng: rand.New(rand.NewPCG(7, 11))}
	for day := range 7 {
		morning := time.Date(2026, 11, 9+day, 7, 0, 0, 0, time.UTC)
		w.printer(morning)
		if day < 5 {
			w.office(morning, day)
		}
	}
	w.tokyo()
	w.unusual()
	slices.SortStableFunc(w.list, func(a, b *signinlog.Record) int { return a.Time.Compare(b.Time) })
	for n, rec := range w.list {
		rec.ID, rec.CorrelationID = fmt.Sprintf("5e900000-0000-4000-8000-%012d", n+1), fmt.Sprintf("c0220000-0000-4000-8000-%012d", n+1)
	}
	return w.list
}

// printer is an old scanner that fetches Lucia's mail by IMAP every six hours,
// and is refused every time (CA002).
func (w *diary) printer(day time.Time) {
	for hour := 0; hour < 24; hour += 6 {
		rec := w.record(day.Add(time.Duration(hour)*time.Hour), lucia, "IMAP4", exchange, "203.0.113.61", "IT", signinlog.Device{})
		rec.AppDisplayName, rec.UserAgent = "Office scanner", "ScanToMail/2.3"
		w.add(rec, access.Password)
	}
}

// office is an ordinary working day in Milan.
func (w *diary) office(morning time.Time, day int) {
	for hour := range 5 {
		at := morning.Add(time.Duration(hour)*time.Hour + time.Duration(w.rng.IntN(3000))*time.Second)
		app := []resource{exchange, sharepoint}[w.rng.IntN(2)]
		if day < 1 || day > 3 {
			w.add(w.record(at, kenji, "Browser", app, "203.0.113.24", "IT", managed), access.Password|access.AuthenticatorPush)
		}
		mac := w.record(at.Add(7*time.Minute), ada, "Mobile Apps and Desktop clients", app, "203.0.113.7", "IT", adaMac)
		w.add(mac, access.FIDO2)
	}
	// Ada opens the portal with the app on her phone and is asked for her key.
	portal := w.record(morning.Add(2*time.Hour), ada, "Browser", azure, "203.0.113.7", "IT", adaMac)
	w.add(portal, access.Password|access.AuthenticatorPush)
	w.add(w.record(morning.Add(2*time.Hour+time.Minute), ada, "Browser", azure, "203.0.113.7", "IT", adaMac), access.Password|access.AuthenticatorPush|access.FIDO2)
	// Lucia's laptop has fallen behind with its updates until Thursday.
	device := neglected
	if day >= 3 {
		device.IsCompliant = signinlog.Told(true)
	}
	for n := range 2 {
		w.add(w.record(morning.Add(time.Duration(n)*95*time.Minute), lucia, "Browser", sharepoint, "203.0.113.61", "IT", device), access.Password|access.SMS)
	}
	if day == 2 {
		w.guest(morning)
	}
}

// tokyo is Kenji's business trip: right password, second factor, managed laptop,
// and no way in (CA003).
func (w *diary) tokyo() {
	for day := 1; day <= 3; day++ {
		for n := range 5 {
			at := time.Date(2026, 11, 9+day, 0, 20, 0, 0, time.UTC).Add(time.Duration(n) * 100 * time.Minute)
			app := []resource{exchange, sharepoint}[n%2]
			w.add(w.record(at, kenji, "Browser", app, "198.51.100.23", "JP", managed), access.Password|access.AuthenticatorPush)
		}
	}
	code := w.record(time.Date(2026, 11, 11, 9, 5, 0, 0, time.UTC), kenji, "Mobile Apps and Desktop clients", exchange, "198.51.100.23", "JP", signinlog.Device{})
	code.AuthenticationProtocol, code.OriginalTransferMethod = "deviceCode", "deviceCodeFlow"
	w.add(code, access.Password|access.AuthenticatorPush)
}

// guest is Pat's visit: a guest of another tenant, with a second factor here.
func (w *diary) guest(morning time.Time) {
	rec := w.record(morning.Add(5*time.Hour), pat, "Browser", sharepoint, "192.0.2.80", "FR", phone)
	rec.UserType, rec.CrossTenantAccessType, rec.HomeTenantID = "guest", "b2bCollaboration", "fab00000-0000-4000-8000-000000000000"
	w.add(rec, access.Password|access.SMS)
}

// unusual are the week's oddities.
func (w *diary) unusual() {
	friday := time.Date(2026, 11, 13, 16, 0, 0, 0, time.UTC)
	for n := range 3 { // mistyped
		rec := w.record(friday.Add(time.Duration(n)*20*time.Second), lucia, "Browser", exchange, "203.0.113.61", "IT", neglected)
		rec.AuthenticationDetails = []signinlog.AuthenticationStep{{Time: rec.Time, Method: "Password", Succeeded: signinlog.Told(false), ResultDetail: "Incorrect password"}}
		w.end(rec, 50126, nil)
	}
	risky := w.record(friday.Add(time.Hour), kenji, "Browser", exchange, "192.0.2.200", "DE", managed)
	risky.RiskLevelDuringSignIn, risky.RiskState, risky.RiskEventTypes = "high", "atRisk", []string{"unfamiliarFeatures"}
	w.add(risky, access.Password|access.AuthenticatorPush)
	leaked := w.record(friday.Add(25*time.Hour), lucia, "Browser", exchange, "203.0.113.61", "IT", phone)
	leaked.RiskLevelAggregated, leaked.RiskState, leaked.RiskEventTypes = "high", "atRisk", []string{"leakedCredentials"}
	w.add(leaked, access.Password|access.SMS)
	stay := w.record(friday.Add(26*time.Hour), kenji, "Browser", exchange, "203.0.113.24", "IT", managed)
	w.add(stay, access.Password|access.AuthenticatorPush)
	stay.Status = status(50140)
}

// resource is what is asked for.
type resource struct{ id, name string }

var (
	exchange   = resource{"00000002-0000-0ff1-ce00-000000000000", "Exchange Online"}
	sharepoint = resource{"00000003-0000-0ff1-ce00-000000000000", "SharePoint Online"}
	azure      = resource{"797f4846-ba00-4fd7-ba43-dac1f8f63013", "Azure management"}
)

const tenantID = "c0a70500-0000-4000-8000-000000000000"

func (w *diary) record(at time.Time, u exampleUser, client string, app resource, ip, country string, device signinlog.Device) *signinlog.Record {
	return &signinlog.Record{
		Time:             at,
		SignInEventTypes: []string{"interactiveUser"}, IsInteractive: signinlog.Told(true),
		UserID: u.id, UserPrincipalName: u.upn, UserDisplayName: u.name, UserType: "member",
		HomeTenantID: tenantID, ResourceTenantID: tenantID, CrossTenantAccessType: "none",
		AppID: app.id, AppDisplayName: app.name, ResourceID: app.id, ResourceDisplayName: app.name, ClientAppUsed: client,
		IPAddress: ip, Location: signinlog.Location{CountryOrRegion: country}, Device: device,
		AuthenticationProtocol: "oAuth2", OriginalTransferMethod: "none",
		RiskLevelDuringSignIn: "none", RiskLevelAggregated: "none", RiskState: "none",
	}
}

// stepNames are the methods as a record names them.
var stepNames = []struct {
	method access.Methods
	name   string
}{{access.Password, "Password"}, {access.AuthenticatorPush, "Mobile app notification"}, {access.SMS, "Text message"}, {access.FIDO2, "FIDO2 security key"}}

// add decides a sign-in and records what came of it.
func (w *diary) add(rec *signinlog.Record, methods access.Methods) {
	for _, s := range stepNames {
		if methods&s.method != 0 {
			rec.AuthenticationDetails = append(rec.AuthenticationDetails, signinlog.AuthenticationStep{Time: rec.Time, Method: s.name, Succeeded: signinlog.Told(true)})
		}
	}
	facts, exact, multiFactor := replay.Facts(rec)
	e := w.decider.Explain(facts, exact, multiFactor)
	if e.Code == access.CodeUndetermined {
		// What the record cannot tell, the service knew: the phone is not
		// registered as a device, its owner is for a second factor.
		facts.Device = access.Known[*access.Device](nil)
		facts.MFARegistered, facts.PasswordChanged = access.Known(true), access.Known(false)
		e = w.decider.Explain(facts, exact, multiFactor)
	}
	if e.Code == access.CodeUndetermined {
		panic("the sample tenant leaves a sign-in open: " + rec.Time.String())
	}
	w.end(rec, e.Code, signinlog.Applied(e.Explanation, strengthName))
	rec.ConditionalAccessStatus = e.Status.String()
}

func strengthName(id string) string {
	for _, s := range access.BuiltInStrengths() {
		if string(s.ID) == id {
			return s.DisplayName
		}
	}
	return id
}

func (w *diary) end(rec *signinlog.Record, code access.ResultCode, policies []*signinlog.PolicyOutcome) {
	rec.Status, rec.AppliedPolicies = status(code), policies
	rec.ConditionalAccessStatus = "notApplied"
	w.list = append(w.list, rec)
}

func status(code access.ResultCode) signinlog.Status {
	s := signinlog.Status{ErrorCode: signinlog.Told(code)}
	if entry, ok := result.Lookup(result.Code(code)); ok && code != 0 {
		s.FailureReason = entry.Text(result.English).Title
	}
	return s
}
