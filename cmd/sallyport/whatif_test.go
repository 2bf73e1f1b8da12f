package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// TestWhatIfOnTerminal wants a table without asking, in colours unless
// NO_COLOR is set.
func TestWhatIfOnTerminal(t *testing.T) {
	for _, tt := range []struct {
		noColor string
		painted bool
	}{{"", true}, {"1", false}} {
		t.Run("NO_COLOR="+tt.noColor, func(t *testing.T) {
			var out, errs bytes.Buffer
			s := &streams{in: strings.NewReader(""), out: &out, err: &errs, outTerminal: true, errTerminal: true, width: 130,
				env: func(k string) string { return map[string]string{"NO_COLOR": tt.noColor}[k] },
				now: func() time.Time { return time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) }}
			if exit := run(t.Context(), s, []string{"whatif", "--tenant", "../../examples/contoso", "--signin", "../../examples/signins/tokyo.json"}); exit != exitDone {
				t.Fatalf("exit %d: %s", exit, errs.String())
			}
			if got := strings.Contains(out.String(), "\x1b[31mBLOCK\x1b[0m"); got != tt.painted {
				t.Errorf("painted %v, want %v:\n%s", got, tt.painted, out.String())
			}
			if !strings.Contains(out.String(), "53003") || errs.Len() > 0 {
				t.Errorf("stdout %s\nstderr %s", out.String(), errs.String())
			}
			if tt.painted {
				return
			}
			for line := range strings.SplitSeq(out.String(), "\n") {
				if n := len([]rune(line)); n > 130 && strings.ContainsAny(line, "✓✗─") {
					t.Errorf("a line of the table is %d wide: %s", n, line)
				}
			}
		})
	}
}

// TestAnswerMembers holds the JSON of whatif to its published members.
func TestAnswerMembers(t *testing.T) {
	got := start(t, "", "whatif", "--tenant", "../../examples/contoso", "--signin", "../../examples/signins/tokyo.json", "-o", "json")
	var answer map[string]any
	if err := json.Unmarshal([]byte(got.out), &answer); err != nil {
		t.Fatal(err)
	}
	policy := answer["policies"].([]any)[0].(map[string]any)
	reason := policy["reasons"].([]any)[0].(map[string]any)
	remedy := answer["remedies"].([]any)[0].(map[string]any)
	for _, want := range []struct {
		of      string
		object  map[string]any
		members []string
	}{
		{"answer", answer, []string{"decision", "resultCode", "missingControls", "policies", "sessionControls", "remedies"}},
		{"policy", policy, []string{"id", "displayName", "state", "result", "conditionsNotSatisfied", "missingControls", "reasons"}},
		{"reason", reason, []string{"condition", "wanted", "seen"}},
		{"remedy", remedy, []string{"change", "by"}},
	} {
		for _, m := range want.members {
			if v, ok := want.object[m]; !ok || v == nil {
				t.Errorf("%s has no %s", want.of, m)
			}
		}
	}
}

func TestSessionAnswer(t *testing.T) {
	tests := []struct {
		name string
		s    access.SessionControls
		want string
	}{
		{"none", access.SessionControls{}, `{}`},
		{"both factors every day", access.SessionControls{SignInFrequency: access.SignInFrequency{Primary: 24 * time.Hour, Secondary: 24 * time.Hour}},
			`{"signInFrequency":{"authenticationType":"primaryAndSecondaryAuthentication","frequencyInterval":"timeBased","isEnabled":true,"type":"days","value":1}}`},
		{"the second factor every time", access.SessionControls{SignInFrequency: access.SignInFrequency{SecondaryEveryTime: true}},
			`{"signInFrequency":{"authenticationType":"secondaryAuthentication","frequencyInterval":"everyTime","isEnabled":true}}`},
		{"from two policies", access.SessionControls{SignInFrequency: access.SignInFrequency{Primary: 48 * time.Hour, Secondary: 4 * time.Hour}},
			`{"secondarySignInFrequency":{"frequencyInterval":"timeBased","isEnabled":true,"type":"hours","value":4},"signInFrequency":{"frequencyInterval":"timeBased","isEnabled":true,"type":"days","value":2}}`},
		{"words", access.SessionControls{PersistentBrowser: access.PersistentNever, CloudAppSecurity: access.BlockDownloads, ContinuousAccess: access.ContinuousAccessStrictLocation},
			`{"cloudAppSecurity":{"cloudAppSecurityType":"blockDownloads","isEnabled":true},"continuousAccessEvaluation":{"isEnabled":true,"mode":"strictLocation"},"persistentBrowser":{"isEnabled":true,"mode":"never"}}`},
		{"switches", access.SessionControls{AppEnforcedRestrictions: true, TokenProtection: true, DisableResilienceDefaults: true, SecurityProfile: "p"},
			`{"applicationEnforcedRestrictions":{"isEnabled":true},"disableResilienceDefaults":true,"globalSecureAccessFilteringProfile":{"isEnabled":true,"profileId":"p"},"secureSignInSession":{"isEnabled":true}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(sessionAnswer(&tt.s))
			if err != nil || string(got) != tt.want {
				t.Errorf("got  %s %v\nwant %s", got, err, tt.want)
			}
		})
	}
}

// TestNoPanic feeds every verb what a person might by mistake.
func TestNoPanic(t *testing.T) {
	for _, verb := range []string{"whatif", "check", "test"} {
		for _, in := range []string{"", "null", "[]", "{}", "0", `"x"`, "[null]", "{\"value\":null}", "\xff\xfe", "{\"conditions\":1}", strings.Repeat("[", 600)} {
			args := []string{verb, "-"}
			if verb == "whatif" {
				args = []string{verb, "--tenant", "../../examples/contoso", "--signin", "-"}
			}
			t.Run(fmt.Sprintf("%s %.12q", verb, in), func(t *testing.T) {
				got := start(t, in, args...)
				if got.exit == exitBadInput && (strings.Count(got.err, "\n") != 1 || got.out != "") {
					t.Errorf("exit %d\nstdout %s\nstderr %s", got.exit, got.out, got.err)
				}
			})
		}
	}
}
