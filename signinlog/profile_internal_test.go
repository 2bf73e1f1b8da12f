package signinlog

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// parseAlone reads a row with a parser that knows of those before only what they
// are written as.
func parseAlone(row []byte, last shape) (Record, verdict) {
	var r Record
	p := newParser()
	p.last = last
	v := p.parse(&r, row)
	return r, v
}

// sameAlone wants a row to be read as it is read alone, whatever was read before.
func sameAlone(t *testing.T, p *parser, row []byte) {
	t.Helper()
	want, alone := parseAlone(row, p.last)
	var got Record
	v := p.parse(&got, row)
	if v.kind != alone.kind || v.text != alone.text {
		t.Fatalf("after other rows %+v, alone %+v:\n%s", v, alone, row)
	}
	if v.kind == rowIsSignIn && !reflect.DeepEqual(got.Clone(), want.Clone()) {
		t.Fatalf("after other rows\n%+v\nalone\n%+v\nof\n%s", got, want, row)
	}
}

// TestRowsDoNotShow: what is expected of a person's row never shows in what is
// read of it.
func TestRowsDoNotShow(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	p := newParser()
	for range 6000 {
		sameAlone(t, p, oddRow(rng))
	}
}

// oddRow writes a row of few values in many spellings, so that rows have much in
// common and differ where it is easy to miss.
func oddRow(rng *rand.Rand) []byte {
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	name := func() string {
		return pick(`"ada@contoso.com"`, `"ada@contoso.co"`, `"bob@contoso.com"`, `"b\u006fb@contoso.com"`, `""`, `null`, `5`)
	}
	text := func() string {
		return pick(`"a"`, `"ab"`, `"a\"b"`, `"é"`, `""`, `null`, `7`, `true`, `{"x":1}`, `[1]`)
	}
	truth := func() string { return pick(`true`, `false`, `null`, `"true"`, `1`) }
	device := func() string {
		return pick(`null`, `{}`, `""`, `"{\"deviceId\":\"d1\",\"isManaged\":true}"`, fmt.Sprintf(`{"deviceId":%s,"operatingSystem":%s,"isCompliant":%s}`, text(), text(), truth()),
			fmt.Sprintf(`{"deviceId":"d1","isManaged":%s}`, truth()), fmt.Sprintf(`{ "deviceId" : "d1","isManaged":%s}`, truth()))
	}
	place := func() string {
		return pick(`null`, `"DE"`, `{}`, fmt.Sprintf(`{"city":%s,"countryOrRegion":%s,"geoCoordinates":{"latitude":%s,"longitude":13.5}}`, text(), text(), pick("52.5", "0", "null")))
	}
	status := func() string {
		return pick(`null`, `"Success"`, fmt.Sprintf(`{"errorCode":%s,"failureReason":%s}`, pick("0", "53003", `"53003"`, "null"), text()), `{"failureReason":"b","errorCode":53003}`)
	}
	members := []string{
		`"id":` + pick(`"1"`, `"2"`), `"createdDateTime":"2024-07-23T15:19:52Z"`, `"userPrincipalName":` + name(), `"userId":` + name(), `"servicePrincipalId":` + name(),
		`"userDisplayName":` + text(), `"ipAddress":` + text(), `"userAgent":` + text(), `"sessionId":` + text(), `"appId":` + text(), `"conditionalAccessStatus":` + pick(`"success"`, `"Success"`, `"2"`, `""`, "null"),
		`"riskEventTypes_v2":` + pick(`[]`, `["a"]`, `["a","b"]`, `[ "a" ]`, `"a,b"`, `"[\"a\"]"`, "null"), `"signInEventTypes":` + pick(`[]`, `["interactiveUser"]`, `["nonInteractiveUser"]`),
		`"deviceDetail":` + device(), `"location":` + place(), `"status":` + status(),
	}
	if rng.IntN(4) == 0 {
		rng.Shuffle(len(members), func(i, k int) { members[i], members[k] = members[k], members[i] })
	}
	if rng.IntN(4) == 0 { // a member may occur twice
		members = append(members, `"deviceDetail":`+device(), `"status":`+status(), `"location":`+place())
	}
	kept := members[:0]
	for _, m := range members {
		if rng.IntN(12) > 0 {
			kept = append(kept, m)
		}
	}
	row := "{" + strings.Join(kept, pick(",", ", ")) + "}"
	if rng.IntN(50) == 0 {
		row = row[:rng.IntN(len(row))]
	}
	return []byte(row)
}

func FuzzRows(f *testing.F) {
	f.Add([]byte(graphSeed), []byte(graphSeed))
	f.Add([]byte(graphSeed), []byte(strings.Replace(graphSeed, "contoso.com", "contoso.co", 1)))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		p := newParser()
		for _, row := range [][]byte{a, b, a} {
			sameAlone(t, p, row)
		}
	})
}

// TestLongTextsAreNotKept: a log cannot fill the memory with texts that are expected
// again.
func TestLongTextsAreNotKept(t *testing.T) {
	p := newParser()
	long := strings.Repeat("x", maxExpected+1)
	for i := range 3 {
		sameAlone(t, p, fmt.Appendf(nil, `{"id":"%d","createdDateTime":"2024-07-23T15:19:52Z","userPrincipalName":"ada","userAgent":%q,"riskState":%q,"deviceDetail":{"deviceId":%q}}`, i, long, long, strings.Repeat(long, 2)))
		sameAlone(t, p, fmt.Appendf(nil, `{"id":"%d","createdDateTime":"2024-07-23T15:19:52Z","userPrincipalName":%q}`, i, long))
	}
	for _, set := range p.profiles.sets {
		for _, at := range set {
			if at.profile == nil {
				continue
			}
			if len(at.profile.owner) > maxExpected || at.profile.texts[profileField[fieldUserAgent]][0] != "" || at.profile.devices.all[0].text != "" {
				t.Errorf("kept %+v", at.profile)
			}
		}
	}
	for f := range p.recent {
		for _, s := range p.recent[f].texts {
			if len(s) > maxExpected {
				t.Errorf("kept a text of %d bytes", len(s))
			}
		}
	}
	for _, e := range p.signIns.order {
		if e.usual != nil && len(e.usual.texts[0]) > maxUsual {
			t.Errorf("kept a member of %d bytes", len(e.usual.texts[0]))
		}
	}
}

// TestNames: a person's name is read wherever it stands, and the last one counts.
func TestNames(t *testing.T) {
	p := newParser()
	for members, want := range map[string]string{
		`"userDisplayName":"Ada"`: "Ada",
		`"userDisplayName":"Ada","userPrincipalName":"ada@contoso.com"`:                                "Ada",
		`"userPrincipalName":"ada@contoso.com","userDisplayName":"Ada"`:                                "Ada",
		`"userDisplayName":"A\u0064a","userPrincipalName":"ada@contoso.com"`:                           "Ada",
		`"userDisplayName":"Eva","userPrincipalName":"ada@contoso.com","userDisplayName":"Ada"`:        "Ada",
		`"userDisplayName":"Eva","userDisplayName":"Ada"`:                                              "Ada",
		`"userDisplayName":"Eva","userPrincipalName":"ada@contoso.com","userDisplayName":null`:         "",
		`"userDisplayName":"Eva","userDisplayName":null,"userPrincipalName":"ada@contoso.com"`:         "",
		`"userDisplayName":"","servicePrincipalId":"5e000000-0000-4000-8000-000000000001"`:             "",
		`"userDisplayName":"Ada","userPrincipalName":"` + strings.Repeat("a", maxExpected+1) + `"`:     "Ada",
		`"userDisplayName":"` + strings.Repeat("A", maxExpected+1) + `","userPrincipalName":"ada@c.d"`: strings.Repeat("A", maxExpected+1),
	} {
		for range 3 {
			row := []byte(`{"id":"1","createdDateTime":"2024-07-23T15:19:52Z","appId":"a",` + members + `}`)
			var r Record
			if v := p.parse(&r, row); v.kind != rowIsSignIn || r.UserDisplayName != want {
				t.Errorf("%s: read %q, %+v; want %q", members, r.UserDisplayName, v, want)
			}
		}
	}
}
