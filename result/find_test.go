package result_test

import (
	"slices"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/result"
)

const (
	requestID     = "7f1c0f3e-93f4-4a3b-8a5d-0c9d2b8e1a00"
	correlationID = "3d5e8d5c-1a7f-4b6e-9c55-6a0f4f2b7c11"
)

var seenAt = time.Date(2026, 5, 4, 9, 8, 7, 0, time.UTC)

// The shapes in which codes reach a helpdesk. The ids and times are ours; the shapes are those of sign-in.md §2.1, §2.2 and §6 and of
// pages, exceptions and exports in the wild.
var pastes = []struct {
	name, text string
	codes      []result.Code
	ids, time  bool
	values     result.Values
}{
	{name: "number", text: "53003", codes: []result.Code{53003}},
	{name: "success", text: "0", codes: []result.Code{0}},
	{name: "number with prefix", text: " aadsts700082 ", codes: []result.Code{700082}},
	{name: "code unknown to the catalogue", text: "AADSTS59999", codes: []result.Code{59999}},
	{
		name: "token error body",
		text: `{"error":"invalid_grant","error_description":"AADSTS53003: Access was stopped by a policy. Trace ID: ` + requestID + ` Correlation ID: ` + correlationID +
			` Timestamp: 2026-05-04 09:08:07Z","error_codes":[53003],"timestamp":"2026-05-04 09:08:07Z","trace_id":"` + requestID + `","correlation_id":"` + correlationID +
			`","error_uri":"https://login.example/error?code=53003","suberror":"message_only"}`,
		codes: []result.Code{53003}, ids: true, time: true,
	},
	{
		name: "token error body, indented, only members",
		text: "{\n  \"error\": \"invalid_grant\",\n  \"error_codes\": [\n    50076,\n    50079\n  ],\n  \"timestamp\": \"2026-05-04 09:08:07Z\",\n  \"trace_id\": \"" +
			requestID + "\",\n  \"correlation_id\": \"" + correlationID + "\"\n}",
		codes: []result.Code{50076, 50079}, ids: true, time: true,
	},
	{
		name:  "token error body inside a string of a log",
		text:  `msg="token refused" body="{\"error\":\"invalid_grant\",\"error_codes\":[70043],\"trace_id\":\"` + requestID + `\",\"correlation_id\":\"` + correlationID + `\"}" time="2026-05-04T09:08:07Z"`,
		codes: []result.Code{70043}, ids: true, time: true,
	},
	{
		name:  "older description with line breaks",
		text:  "AADSTS50105: The user is not assigned to a role.\r\nTrace ID: " + requestID + "\r\nCorrelation ID: " + correlationID + "\r\nTimestamp: 2026-05-04 09:08:07Z",
		codes: []result.Code{50105}, ids: true, time: true,
	},
	{
		name: "error page",
		text: "Sorry, but we’re having trouble signing you in.\n\nYou cannot access this right now\nError Code: 53003\nRequest Id: " + requestID + "\nCorrelation Id: " + correlationID +
			"\nTimestamp: 2026-05-04T09:08:07.000Z\nApp name: Payroll\nApp id: 00000003-0000-0ff1-ce00-000000000000\nIP address: 203.0.113.7\nDevice identifier: Not available\nDevice platform: Windows 10\nDevice state: Unregistered",
		codes: []result.Code{53003}, ids: true, time: true,
		values: result.Values{"app": "Payroll", "ipAddress": "203.0.113.7", "platform": "Windows 10", "deviceState": "Unregistered"},
	},
	{
		name:  "error page in Japanese, read from a screenshot in full-width",
		text:  "エラー　コード：　５３００３\n要求 ID: " + requestID + "\n関連付け ID: " + correlationID + "\nタイムスタンプ: 2026-05-04T09:08:07Z\nアプリ名: 給与\nIP アドレス: 203.0.113.7\nデバイスの状態: Unregistered",
		codes: []result.Code{53003}, ids: true, time: true,
		values: result.Values{"app": "給与", "ipAddress": "203.0.113.7", "deviceState": "Unregistered"},
	},
	{
		name:  "error page in French",
		text:  "Code d’erreur : 53003\nID de demande : " + requestID + "\nID de corrélation : " + correlationID + "\nHorodatage : 2026-05-04T09:08:07Z\nNom de l’application : Paie",
		codes: []result.Code{53003}, ids: true, time: true, values: result.Values{"app": "Paie"},
	},
	{
		name:  "error page in Italian",
		text:  "Codice errore: 53003\nID richiesta: " + requestID + "\nID correlazione: " + correlationID + "\nTimestamp: 2026-05-04T09:08:07Z\nIndirizzo IP: 203.0.113.7",
		codes: []result.Code{53003}, ids: true, time: true, values: result.Values{"ipAddress": "203.0.113.7"},
	},
	{
		name: "page source",
		text: `<input type="hidden"/><script>$Config={"iErrorCode":530003,"strMainMessage":"You can't get there","correlationId":"` + correlationID +
			`","sessionId":"` + requestID + `"}</script><p>Request Id: <b>` + requestID + `</b></p><p>2026-05-04 09:08:07Z</p>`,
		codes: []result.Code{530003}, ids: true, time: true,
	},
	{name: "screenshot with letters for digits", text: "A A D S T S\nAADSTS5OO11: The reply address", codes: []result.Code{50011}},
	{name: "screenshot with a space", text: "AADSTS 650052 The app needs access", codes: []result.Code{650052}},
	{
		name: "exception",
		text: "Microsoft.Identity.Client.MsalUiRequiredException: AADSTS50076: Due to a configuration change you must use a second factor.\n\tError Code: invalid_grant\n\tTrace ID: " +
			requestID + " Correlation ID: " + correlationID + " Timestamp: 2026-05-04 09:08:07Z\n   at Client.OAuth2Client.ThrowServerException(Int32 line) in /src/12345/OAuth2Client.cs:line 50126\n",
		codes: []result.Code{50076}, ids: true, time: true,
	},
	{
		name:  "exception of a script library",
		text:  "ServerError: invalid_grant: 65001 - [2026-05-04 09:08:07Z]: AADSTS65001: The user has not consented. - Correlation ID: " + correlationID + " - Trace ID: " + requestID,
		codes: []result.Code{65001}, ids: true, time: true,
	},
	{
		name: "address bar",
		text: "https://app.example/cb?error=access_denied&error_description=AADSTS65004%3a+The+user+declined.%0d%0aTrace+ID%3a+" + requestID + "%0d%0aCorrelation+ID%3a+" + correlationID +
			"%0d%0aTimestamp%3a+2026-05-04+09%3a08%3a07Z&state=12345",
		codes: []result.Code{65004}, ids: true, time: true,
	},
	{name: "link to the look-up page", text: "https://login.example/error?code=50011", codes: []result.Code{50011}},
	{name: "response header", text: "HTTP/1.1 400 Bad Request\nx-ms-request-id: " + requestID + "\nclient-request-id: " + correlationID + "\nx-ms-clitelem: 1,50126,0,,\nDate: 2026-05-04T09:08:07Z", codes: []result.Code{50126}, ids: true, time: true},
	{
		name: "record of the sign-in log",
		text: `{"id":"` + requestID + `","createdDateTime":"2026-05-04T09:08:07Z","userPrincipalName":"ada@example.org","appDisplayName":"Payroll","ipAddress":"203.0.113.7","clientAppUsed":"Browser","correlationId":"` + correlationID +
			`","status":{"errorCode":53003,"failureReason":"Blocked"},"appliedConditionalAccessPolicies":[{"id":"11111111-2222-4333-8444-555555555555"}]}`,
		codes: []result.Code{53003}, ids: true, time: true,
		values: result.Values{"app": "Payroll", "ipAddress": "203.0.113.7", "user": "ada@example.org", "clientApp": "Browser"},
	},
	{
		name:  "collection of records",
		text:  `{"value":[{"createdDateTime":"2026-05-04T09:08:07Z","id":"` + requestID + `","correlationId":"` + correlationID + `","status":{"errorCode":"50126"}}]}`,
		codes: []result.Code{50126}, ids: true, time: true,
	},
	{
		name:  "export envelope",
		text:  `{"time":"2026-05-04T09:08:07.0000000Z","resultType":"50057","correlationId":"` + correlationID + `","properties":{"id":"` + requestID + `","status":{"errorCode":50057}}}`,
		codes: []result.Code{50057}, ids: true, time: true,
	},
	{name: "successful record", text: `{"status":{"errorCode":0}}`, codes: []result.Code{0}},
	{name: "audit log twin", text: `{"Operation":"UserLoginFailed","ErrorNumber":"50053","LogonError":"IdsLocked"}`, codes: []result.Code{50053}},
	{
		name: "spreadsheet rows with header",
		text: "Date (UTC),Request ID,User agent,Correlation ID,Username,IP address,Application,Sign-in error code\n" +
			`2026-05-04T09:00:00Z,00000000-0000-4000-8000-000000000001,"Mozilla, 5.0",00000000-0000-4000-8000-000000000002,ada@example.org,198.51.100.1,Payroll,0` + "\n" +
			`2026-05-04T09:08:07Z,` + requestID + `,"Mozilla/5.0 (X11; 12345)",` + correlationID + `,ada@example.org,203.0.113.7,Payroll,53000` + "\n",
		codes: []result.Code{53000, 0}, ids: true, time: true,
		values: result.Values{"app": "Payroll", "ipAddress": "203.0.113.7", "user": "ada@example.org"},
	},
	{
		name:  "query result, tab-separated, twelve-hour clock",
		text:  "TimeGenerated [UTC]\tResultType\tCorrelationId\tId\n5/4/2026, 9:08:07.000 AM\t50074\t" + correlationID + "\t" + requestID,
		codes: []result.Code{50074}, ids: true, time: true,
	},
	{name: "row without header", text: "2026-05-04T09:08:07Z\tada@example.org\t50126\tPayroll\t203.0.113.7", codes: []result.Code{50126}, time: true},
	{name: "row of CSV without header", text: "2026-05-04T09:08:07Z,ada@example.org,50126,Payroll,203.0.113.7", codes: []result.Code{50126}, time: true},
	{name: "row of key and value", text: `level=warn user=ada@example.org code=50057 took=12345`, codes: []result.Code{50057}},
	{name: "screenshot of a page", text: "Error Code: 53OO3\nRequest ld: unreadable", codes: []result.Code{53003}},
	{name: "said in a sentence", text: "Hi, I get error 53000 since this morning, my phone is 12345678 and the room is 50126-B.", codes: []result.Code{53000}},
	{name: "bare number in a sentence", text: "what does 700016 mean?", codes: []result.Code{700016}},
	{name: "article heading", text: "Codice di errore 53003: Perché l'accesso è negato", codes: []result.Code{53003}},
	{name: "no code", text: "order 50126-3 costs 53003.50, sent 2026-05-04", codes: nil},
	{name: "nothing", text: "", codes: nil},
}

func TestFind(t *testing.T) {
	for _, p := range pastes {
		t.Run(p.name, func(t *testing.T) {
			found := result.Find(p.text)
			if !slices.Equal(found.Codes, p.codes) {
				t.Errorf("codes %v, want %v", found.Codes, p.codes)
			}
			if p.ids && (found.RequestID != requestID || found.CorrelationID != correlationID) {
				t.Errorf("ids %q, %q; want %q, %q", found.RequestID, found.CorrelationID, requestID, correlationID)
			}
			if p.time && !found.Time.Equal(seenAt) {
				t.Errorf("time %v, want %v", found.Time, seenAt)
			}
			for name, want := range p.values {
				if got := found.Values[name]; got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestFindTimes(t *testing.T) {
	for text, want := range map[string]string{
		"Timestamp: 2026-05-04 09:08:07Z":               "2026-05-04T09:08:07Z",
		"at 2026/05/04 18:08:07 +0900":                  "2026-05-04T09:08:07Z",
		`"createdDateTime":"2026-05-04T11:08:07+02:00"`: "2026-05-04T09:08:07Z",
		"5/4/2026, 9:08:07 PM":                          "2026-05-04T21:08:07Z",
		"2026-05-04 09:08:07.123 UTC":                   "2026-05-04T09:08:07.123Z",
		"2026-13-04 09:08:07Z":                          "",
	} {
		got := result.Find("AADSTS50126 " + text).Time
		if want == "" {
			if !got.IsZero() {
				t.Errorf("%q: %v, want none", text, got)
			}
			continue
		}
		if s := got.Format(time.RFC3339Nano); s != want {
			t.Errorf("%q: %s, want %s", text, s, want)
		}
	}
}
