package signinlog_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// Each format's fixture must give exactly these records.

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return v.UTC()
}

func code(n access.ResultCode) signinlog.Maybe[access.ResultCode] { return signinlog.Told(n) }

func compare(t *testing.T, got, want []*signinlog.Record) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("read %d records, want %d", len(got), len(want))
	}
	for i := range want {
		want[i].Source = got[i].Source
		if a, b := text(t, got[i]), text(t, want[i]); a != b {
			t.Errorf("record %d is\n%s\nwant\n%s", i, a, b)
		}
	}
}

func text(t *testing.T, r *signinlog.Record) string {
	t.Helper()
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEnvelopes(t *testing.T) {
	list, report := readText(t, fixture(t, "envelopes.ndjson"))
	blocked := &signinlog.PolicyOutcome{ID: "p1", DisplayName: "Block & log", Result: signinlog.Told(access.ResultFailure),
		Satisfied: signinlog.Told[access.Condition](19), NotSatisfied: signinlog.Told[access.Condition](0), GrantControls: []string{"Block"}}
	places := &signinlog.PolicyOutcome{ID: "p2", DisplayName: "Places", Result: signinlog.Told(access.ResultNotApplied),
		Satisfied: signinlog.Told[access.Condition](19), NotSatisfied: signinlog.Told[access.Condition](1032), GrantControls: []string{"Block"}}
	first := &signinlog.Record{ID: "e-1", Time: at(t, "2023-10-24T20:01:11.9490387Z"), LoggedTime: at(t, "2023-10-24T20:13:31.4449614Z"),
		CorrelationID: "e1", TenantID: "887c9144-28b8-431b-885b-764fdeefcf62", SignInEventTypes: []string{"nonInteractiveUser"},
		UserPrincipalName: "ada@contoso.com", UserDisplayName: "Ada", IPAddress: "192.0.2.7",
		Status: signinlog.Status{ErrorCode: code(53003), FailureReason: "Access has been blocked."}, ConditionalAccessStatus: "failure",
		AppliedPolicies: []*signinlog.PolicyOutcome{blocked, places}}
	first.Location.CountryOrRegion = "DE"
	second := &signinlog.Record{ID: "e-2", Time: at(t, "2023-10-24T20:13:32.4Z"), LoggedTime: at(t, "2023-10-24T20:13:32.4Z"), TenantID: "t",
		AppID: "a", UserType: "member", IsInteractive: signinlog.Told(true), Status: signinlog.Status{ErrorCode: code(0)}}
	compare(t, list, []*signinlog.Record{first, second})
	if report.Other["AuditLogs"] != 1 || report.Rows != 3 {
		t.Errorf("report %+v", report)
	}
}

func TestLogAnalytics(t *testing.T) {
	list, _ := readText(t, fixture(t, "loganalytics.ndjson"))
	first := &signinlog.Record{ID: "l-1", Time: at(t, "2020-05-20T18:19:04Z"), LoggedTime: at(t, "2020-05-20T18:19:04.423Z"), CorrelationID: "l1",
		TenantID: "tenant", UserPrincipalName: "ada@contoso.com", UserDisplayName: "Ada", AppDisplayName: "Azure Portal", ResourceID: "res",
		IPAddress: "192.0.2.1", IsInteractive: signinlog.Told(true), ConditionalAccessStatus: "notApplied",
		Status: signinlog.Status{ErrorCode: code(50126), FailureReason: "Invalid username or password"},
		Device: signinlog.Device{OperatingSystem: "Windows 10"}, Location: signinlog.Location{City: "X", CountryOrRegion: "US"},
		AuthenticationDetails: []signinlog.AuthenticationStep{{Method: "Password", Succeeded: signinlog.Told(false), ResultDetail: "Incorrect password"}},
		AppliedPolicies: []*signinlog.PolicyOutcome{{ID: "p", DisplayName: "P", Result: signinlog.Told(access.ResultNotApplied),
			Satisfied: signinlog.Told[access.Condition](0), NotSatisfied: signinlog.Told[access.Condition](1)}}}
	second := &signinlog.Record{ID: "l-2", Time: at(t, "2020-05-20T18:20:04Z"), LoggedTime: at(t, "2020-05-20T18:20:04Z"), CorrelationID: "l2",
		SignInEventTypes: []string{"nonInteractiveUser"}, Status: signinlog.Status{ErrorCode: code(0)},
		Device: signinlog.Device{ID: "d", IsCompliant: signinlog.Told(true)}, Location: signinlog.Location{City: "Y"},
		AppliedPolicies: []*signinlog.PolicyOutcome{{ID: "p", DisplayName: "P", Result: signinlog.Told(access.ResultSuccess),
			Satisfied: signinlog.Told[access.Condition](3), NotSatisfied: signinlog.Told[access.Condition](0)}}}
	compare(t, list, []*signinlog.Record{first, second})
}

func TestAdminCentre(t *testing.T) {
	list, _ := readText(t, fixture(t, "admin.csv"))
	first := &signinlog.Record{ID: "ad-1", Time: at(t, "2025-12-01T10:11:12Z"), CorrelationID: "c", UserID: "u", UserDisplayName: "Ada",
		UserPrincipalName: "ada@contoso.com", UserType: "member", AuthenticationProtocol: "deviceCode", OriginalTransferMethod: "deviceCodeFlow",
		AppDisplayName: "Teams", AppID: "app", ResourceDisplayName: "Graph", ResourceID: "res", IPAddress: "192.0.2.9",
		Location: signinlog.Location{City: "Berlin", State: "Land Berlin", CountryOrRegion: "DE"},
		Status:   signinlog.Status{ErrorCode: code(53003), FailureReason: "Access has been blocked, by policy"}, ClientAppUsed: "Browser",
		Device:                    signinlog.Device{OperatingSystem: "Windows10", IsCompliant: signinlog.Told(false), IsManaged: signinlog.Told(true), TrustType: "Microsoft Entra joined"},
		AuthenticationRequirement: "multiFactorAuthentication", IncomingTokenType: "primaryRefreshToken", AutonomousSystemNumber: 64496,
		ProcessingTimeMilliseconds: 123, ConditionalAccessStatus: "failure", UserAgent: `Agent "7"`}
	second := &signinlog.Record{ID: "ad-2", Time: at(t, "2025-12-01T22:11:13Z"), Status: signinlog.Status{ErrorCode: code(0)},
		ConditionalAccessStatus: "notApplied", Location: signinlog.Location{CountryOrRegion: "DE"}}
	compare(t, list, []*signinlog.Record{first, second})
}

func TestServicePrincipalDownload(t *testing.T) {
	list, report := readText(t, fixture(t, "serviceprincipal.csv"))
	compare(t, list, []*signinlog.Record{{ID: "sp-1", Time: at(t, "2025-12-01T10:11:12Z"), CorrelationID: "c", ServicePrincipalID: "sp",
		ServicePrincipalName: "robot", SignInEventTypes: []string{"servicePrincipal"}, IPAddress: "192.0.2.9", Status: signinlog.Status{ErrorCode: code(7000215)}}})
	if report.Files[0].Format != signinlog.FormatServicePrincipalCSV {
		t.Errorf("the format is %v", report.Files[0].Format)
	}
}

func TestAuditLog(t *testing.T) {
	list, report := readText(t, fixture(t, "auditlog.csv"))
	first := signinlog.Record{ID: "ua-1", Time: at(t, "2021-05-16T09:58:14Z"), CorrelationID: "c", TenantID: "t",
		UserID: "9d8001cb-a159-4252-a3a1-c2dc689f322a", UserPrincipalName: "ada@contoso.com", HomeTenantID: "home", ResourceTenantID: "res",
		AppID: "app", ResourceID: "00000002-0000-0ff1-ce00-000000000000", IPAddress: "192.0.2.1", UserAgent: `Mozilla\5.0`,
		RequestType: "OAuth2:Token", SessionID: "s", Status: signinlog.Status{ErrorCode: code(0)},
		Device: signinlog.Device{OperatingSystem: "Windows 10", IsCompliant: signinlog.Told(true), IsManaged: signinlog.Told(true)}}
	second := first
	second.ID, second.LogonError = "ua-2", "InvalidUserNameOrPassword"
	second.Status = signinlog.Status{ErrorCode: code(50126), FailureReason: "InvalidUserNameOrPassword"}
	compare(t, list, []*signinlog.Record{&first, &second})
	if report.Other["audit: AzureActiveDirectory"] != 1 {
		t.Errorf("other rows: %v", report.Other)
	}
}

func TestElasticDocument(t *testing.T) {
	list, report := readText(t, `{"@timestamp":"2024-01-01T00:00:00Z","event":{"kind":"event","original":`+string(mustJSON(t, graphOne))+`}}
{"@timestamp":"2024-01-01T00:00:00Z","event":{"kind":"event"}}`)
	if len(list) != 1 || list[0].ID != "a1" || report.Other["ecs without event.original"] != 1 {
		t.Errorf("read %d records, other %v", len(list), report.Other)
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSameAsEncodingJSON reads Graph's JSON with both and compares.
func TestSameAsEncodingJSON(t *testing.T) {
	rows := graphRows(300, 7)
	rows = append(rows, []byte(`{"id":"x","createdDateTime":"2024-01-02T03:04:05.123456789Z","status":{"errorCode":"50126"},"correlationId":"a\"b\\cA😀\n","isInteractive":null,
		"appliedConditionalAccessPolicies":[{"id":"1","result":"reportOnlyInterrupted","conditionsSatisfied":65539,"conditionsNotSatisfied":"none",
		"authenticationStrength":{"authenticationStrengthId":"s","displayName":"S","authenticationStrengthResult":"satisfied"},
		"includeRulesSatisfied":[{"conditionalAccessCondition":"users","ruleSatisfied":"allUsers"}],"excludeRulesSatisfied":[]}],
		"unknown":{"a":[1,2.5e-3,{"b":"]"}],"c":null},"location":{"geoCoordinates":{"latitude":-1.5,"longitude":1e2}},"riskEventTypes_v2":["a","b"],
		"conditionalAccessAudiences":[{"applicationId":"x","audienceReasons":["none"]}],"networkLocationDetails":[{"networkType":"trusted","networkNames":["HQ","Lab"]}]}`))
	for _, row := range rows {
		var want signinlog.Record
		if err := json.Unmarshal(row, &want); err != nil {
			t.Fatalf("%v: %s", err, row)
		}
		list, report := readText(t, string(row))
		if len(list) != 1 {
			t.Fatalf("read %d records: %v", len(list), report.Problems)
		}
		compare(t, list, []*signinlog.Record{&want})
	}
}

// TestPolicyListsAreShared proves that what repeats is held once, and that what
// differs by one letter is told apart.
func TestPolicyListsAreShared(t *testing.T) {
	row := func(id, result string) string {
		return `{"id":"` + id + `","createdDateTime":"2024-01-02T03:04:05Z","status":{"errorCode":0},"appliedConditionalAccessPolicies":[{"id":"1","result":"success"},{"id":"2","result":"` + result + `"}]}` + "\n"
	}
	list, _ := readAll(t, signinlog.NewReader("log", reader(row("a", "success")+row("b", "failure")+row("c", "success")), signinlog.Options{Workers: 1}))
	if len(list) != 3 {
		t.Fatalf("read %d records", len(list))
	}
	if list[0].AppliedPolicies[1] != list[2].AppliedPolicies[1] || list[0].AppliedPolicies[0] != list[1].AppliedPolicies[0] {
		t.Error("equal outcomes are not shared")
	}
	if !signinlog.Is(list[1].AppliedPolicies[1].Result, access.ResultFailure) || reflect.DeepEqual(list[0].AppliedPolicies[1], list[1].AppliedPolicies[1]) {
		t.Error("different outcomes are shared")
	}
}

func TestManyPolicyLists(t *testing.T) {
	var log []byte
	n := 3000
	for i := range n { // lists that share nothing but their beginning
		log = append(log, `{"id":"`+string(rune('a'+i%26))+itoa(i)+`","createdDateTime":"2024-01-02T03:04:05Z","status":{"errorCode":0},"appliedConditionalAccessPolicies":[`...)
		for k := range 40 {
			if k > 0 {
				log = append(log, ',')
			}
			log = append(log, `{"id":"`+itoa(i*k%9973)+`","displayName":"`+itoa(k)+`"}`...)
		}
		log = append(log, "]}\n"...)
	}
	list, _ := readText(t, string(log))
	if len(list) != n {
		t.Fatalf("read %d records", len(list))
	}
	for i, rec := range list {
		if len(rec.AppliedPolicies) != 40 || rec.AppliedPolicies[39].ID != itoa(i*39%9973) || rec.AppliedPolicies[39].DisplayName != "39" {
			t.Fatalf("record %d has %d policies, the last %+v", i, len(rec.AppliedPolicies), rec.AppliedPolicies[len(rec.AppliedPolicies)-1])
		}
	}
}

// TestAdminCentreElsewhere reads downloads whose headers are not English.
func TestAdminCentreElsewhere(t *testing.T) {
	for name, log := range map[string]string{
		"French": "Date (UTC);ID de requête;Agent utilisateur;ID de corrélation;Identifiant utilisateur;Utilisateur;Nom d’utilisateur;Application;Adresse IP;Emplacement;Statut;Code d’erreur de connexion;Raison de l’échec\n" +
			"2025-12-01T10:11:12Z;r1;Agent;c;u;Ada;ada@contoso.com;Teams;192.0.2.9;Lyon, Rhône, FR;Échec;53003;Bloqué\n" +
			"2025-12-01T10:11:13Z;r2;Agent;c;u;Ada;ada@contoso.com;Teams;192.0.2.9;Lyon, Rhône, FR;Opération réussie;;\n",
		"Italian": "Data (UTC),ID richiesta,Agente utente,ID correlazione,ID utente,Utente,Nome utente,Applicazione,Indirizzo IP,Località,Stato,Codice errore di accesso,Motivo dell'errore\n" +
			"2025-12-01T10:11:12Z,r1,Agent,c,u,Ada,ada@contoso.com,Teams,192.0.2.9,\"Lyon, Rhône, FR\",Errore,53003,Bloqué\n" +
			"2025-12-01T10:11:13Z,r2,Agent,c,u,Ada,ada@contoso.com,Teams,192.0.2.9,\"Lyon, Rhône, FR\",Operazione riuscita,,\n",
	} {
		t.Run(name, func(t *testing.T) {
			list, report := readText(t, "\ufeff"+log)
			first := signinlog.Record{ID: "r1", Time: at(t, "2025-12-01T10:11:12Z"), UserAgent: "Agent", CorrelationID: "c", UserID: "u", UserDisplayName: "Ada",
				UserPrincipalName: "ada@contoso.com", AppDisplayName: "Teams", IPAddress: "192.0.2.9",
				Location: signinlog.Location{City: "Lyon", State: "Rhône", CountryOrRegion: "FR"},
				Status:   signinlog.Status{ErrorCode: code(53003), FailureReason: "Bloqué"}}
			second := first
			second.ID, second.Time, second.Status = "r2", at(t, "2025-12-01T10:11:13Z"), signinlog.Status{ErrorCode: code(0)}
			compare(t, list, []*signinlog.Record{&first, &second})
			if report.Files[0].Format != signinlog.FormatAdminCSV {
				t.Errorf("the format is %v", report.Files[0].Format)
			}
		})
	}
}
