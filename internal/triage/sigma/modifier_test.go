package sigma_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/sallyport-id/sallyport/internal/triage/sigma"
	"github.com/sallyport-id/sallyport/signinlog"
)

// matches reads one detection and asks whether it fits the record.
func matches(t *testing.T, detection string, r *signinlog.Record, opts sigma.Options) bool {
	t.Helper()
	set, err := sigma.Parse("rule.yml", []byte(rule(detection)), opts)
	if err != nil {
		t.Fatal(err)
	}
	return len(set.NewMatcher().Match(r)) == 1
}

// TestTextModifiers tries each modifier on a user agent, which may be anything.
func TestTextModifiers(t *testing.T) {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	wide := func(s string, big bool) string {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune(s)) {
			if big {
				b.Write([]byte{byte(u >> 8), byte(u)})
			} else {
				b.Write([]byte{byte(u), byte(u >> 8)})
			}
		}
		return b.String()
	}
	for _, tt := range []struct {
		modifiers, value, agent string
		want                    bool
	}{
		{"", "'ro?c*'", "ROPC client", true},
		{"", "'ro?c*'", "a ROPC client", false},
		{"contains", "opc", "ROPC client", true},
		{"startswith", "opc", "ROPC client", false},
		{"startswith", "rop", "ROPC client", true},
		{"endswith", "'IENT'", "ROPC client", true},
		{"endswith", "ropc", "ROPC client", false},
		{"contains|all", "[cli, rop]", "ROPC client", true},
		{"contains|all", "[cli, foo]", "ROPC client", false},
		{"cased", "ROPC", "ropc", false},
		{"cased", "ROPC", "ROPC", true},
		{"contains|cased", "PC", "ROPC", true},
		{"neq", "ropc", "ROPC", false},
		{"neq", "[a, b]", "c", true},
		{"neq", "[a, b]", "b", false},
		{"contains|neq", "op", "ROPC", false},
		{"exists", "true", "x", true},
		{"exists", "True", "x", true},
		{"exists", "false", "x", false},
		{"exists", "no", "", true},
		{"re", "'^cl\\w+$'", "client", true},
		{"re", "'lie'", "client", true},
		{"re", "'LIE'", "client", false},
		{"re|i", "'LIE'", "client", true},
		{"re", "'^b$'", "a\nb", false},
		{"re|m", "'^b$'", "a\nb", true},
		{"re", "'a.b'", "a\nb", false},
		{"re|s", "'a.b'", "a\nb", true},
		{"re|i|s", "'A.B'", "a\nb", true},
		{"base64", "'http://x'", b64("http://x"), true},
		{"base64", "'http://x'", "http://x", false},
		{"base64|contains", "'http://'", "q=" + b64("http://") + ";", true},
		{"base64offset|contains", "'azurehound'", b64("azurehound"), true},
		{"base64offset|contains", "'azurehound'", b64("1azurehound22"), true},
		{"base64offset|contains", "'azurehound'", b64("12azurehound333"), true},
		{"base64offset|contains", "'azurehound'", b64("azure hound"), false},
		{"wide|base64offset|contains", "'ping'", b64(wide("a ping b", false)), true},
		{"utf16le|base64", "'ping'", b64(wide("ping", false)), true},
		{"utf16be|base64", "'ping'", b64(wide("ping", true)), true},
		{"utf16|base64", "'ping'", b64("\xff\xfe" + wide("ping", false)), true},
		{"utf16be|base64", "'ping'", b64(wide("ping", false)), false},
		{"windash|contains", "' -x'", "tool /x", true},
		{"windash|contains", "' -x'", "tool –x", true},
		{"windash|contains", "' -x'", "tool ―x", true},
		{"windash|contains", "' -x'", "tool +x", false},
		{"windash|contains", "' -x -y'", "tool /x —y", true},
		{"windash|contains", "'a-b'", "a/b", false},
		{"gt", "5", "7", true},
		{"gte", "7", "7", true},
		{"lt", "7", "7", false},
		{"lte", "7", "7", true},
		{"lt", "7", "no number", false},
	} {
		key := "userAgent"
		if tt.modifiers != "" {
			key += "|" + tt.modifiers
		}
		r := sample()
		r.UserAgent = tt.agent
		if got := matches(t, one(key+": "+tt.value), r, sigma.Options{}); got != tt.want {
			t.Errorf("%s: %s on %q: %v, want %v", key, tt.value, tt.agent, got, tt.want)
		}
	}
}

func TestAddressModifier(t *testing.T) {
	for _, tt := range []struct {
		block, address string
		want           bool
	}{
		{"198.51.100.0/24", "198.51.100.23", true},
		{"198.51.100.0/24", "198.51.101.23", false},
		{"'2001:db8::/32'", "2001:db8::1", true},
		{"'2001:db8::/32'", "2001:db9::1", false},
		{"198.51.100.0/24", "::ffff:198.51.100.23", true},
		{"['192.0.2.0/24', '2001:db8::/32']", "192.0.2.1", true},
		{"0.0.0.0/0", "2001:db8::1", false},
		{"0.0.0.0/0", "nowhere", false},
	} {
		r := sample()
		r.IPAddress = tt.address
		if got := matches(t, one("ipAddress|cidr: "+tt.block), r, sigma.Options{}); got != tt.want {
			t.Errorf("%s in %s: %v, want %v", tt.address, tt.block, got, tt.want)
		}
	}
}

func TestTimeModifiers(t *testing.T) {
	r := sample()
	r.Time = time.Date(2026, 12, 31, 23, 5, 0, 0, time.FixedZone("", -3600)) // 2027-01-01T00:05Z
	for text, want := range map[string]bool{
		"minute: 5": true, "minute|gt: 5": false, "hour: 0": true, "hour|lt: 7": true, "hour: [22, 23]": false, "hour|neq: 3": true,
		"day: 1": true, "week: 53": true, "month|lte: 1": true, "month: 12": false, "year: 2027": true, "year|gte: 2028": false,
	} {
		if got := matches(t, one("createdDateTime|"+text), r, sigma.Options{}); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	set, err := sigma.Parse("rule.yml", []byte(rule(one("Location|hour: 3"))), sigma.Options{})
	if err != nil || len(set.Notices) != 1 || !strings.Contains(set.Notices[0].Reason, "Location is no time") {
		t.Errorf("the hour of a place: %v, %v", set, err)
	}
}

func TestReferenceModifier(t *testing.T) {
	r := sample()
	r.UserPrincipalName, r.UserDisplayName, r.AppID, r.ResourceID = "ada@contoso.com", "Ada", "x", "X"
	for text, want := range map[string]bool{
		"AppId|fieldref: ResourceId": true, "AppId|fieldref|cased: ResourceId": false, "AppId|fieldref|neq: ResourceId": false,
		"UserPrincipalName|fieldref|startswith: userDisplayName": true, "UserPrincipalName|fieldref|endswith: userDisplayName": false,
		"UserPrincipalName|fieldref|contains: userDisplayName": true, "sessionId|fieldref: servicePrincipalId": false,
	} {
		if got := matches(t, one(text), r, sigma.Options{}); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestExpandModifier(t *testing.T) {
	opts := sigma.Options{Placeholders: map[string][]string{"Home": {"DE", "JP"}, "A": {"py", "x"}, "B": {"requests", "y"}}}
	for text, want := range map[string]bool{
		"Location|expand: '%Home%'": true, "Location|expand|neq: '%Home%'": false, "userAgent|contains|expand: '%A%thon-%B%'": true,
		"userAgent|contains|expand: '%B%thon-%A%'": false, "Location|expand: [FR, '%Home%']": true, "userAgent|contains|expand: '100% python'": false,
	} {
		if got := matches(t, one(text), sample(), opts); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	set, err := sigma.Parse("rule.yml", []byte(rule(one("userAgent|contains|expand: '%A%-%Unset%'"))), opts)
	if err != nil || len(set.Rules) != 0 || len(set.Notices) != 1 || set.Notices[0].Problem != sigma.NoPlaceholder || !strings.Contains(set.Notices[0].Reason, "%Unset%") {
		t.Errorf("a second placeholder without a value: %+v, %v", set, err)
	}
}

func TestKeywordModifiers(t *testing.T) {
	if !matches(t, "s:\n  '|all|cased': [Kenji, Wiki]\ncondition: s", sample(), sigma.Options{}) ||
		matches(t, "s:\n  '|cased': [kenji]\ncondition: s", sample(), sigma.Options{}) {
		t.Error("the letter case of keywords does not count as it should")
	}
	for _, key := range []string{"|re", "|startswith", "|cidr", "|base64", "|gt"} {
		_, err := sigma.Parse("rule.yml", []byte(rule("s:\n  '"+key+"': x\ncondition: s")), sigma.Options{})
		if err == nil || !strings.Contains(err.Error(), "keywords") {
			t.Errorf("%s: error %v", key, err)
		}
	}
}
