package test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// requireNode turns the skipping of tests that need Node into failure.
const requireNode = "SALLYPORT_REQUIRE_NODE"

// oldestNode is the oldest version that the libraries run on.
const oldestNode = 20

// findNode tells what is missing to run the libraries; empty: nothing.
func findNode() string {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return tool + " was not found; Debian's packages nodejs and npm have it"
		}
	}
	version, err := exec.Command("node", "--version").Output()
	if err != nil {
		return "node --version: " + err.Error()
	}
	var major int
	if _, err := fmt.Sscanf(string(version), "v%d", &major); err != nil || major < oldestNode {
		return fmt.Sprintf("node is version %.20q; %d or later is expected", strings.TrimSpace(string(version)), oldestNode)
	}
	return ""
}

// install installs the libraries that clients/package-lock.json names.
func install() {
	wanted, err := os.Stat("clients/package-lock.json")
	if err != nil {
		installed.missing = err.Error()
		return
	}
	if there, err := os.Stat("clients/node_modules/.package-lock.json"); err == nil && !there.ModTime().Before(wanted.ModTime()) {
		return
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = "clients"
	if said, err := npm.CombinedOutput(); err != nil {
		installed.missing = fmt.Sprintf("npm ci, which needs npm's registry: %v\n%s", err, said)
	}
}

// installed is whether there are the libraries, which is tried once.
var installed struct {
	sync.Once
	missing string
}

// needNode skips a test where there is no Node with the libraries.
func needNode(t *testing.T) {
	t.Helper()
	installed.Do(func() {
		if installed.missing = findNode(); installed.missing == "" {
			install()
		}
	})
	switch {
	case installed.missing == "":
	case os.Getenv(requireNode) != "":
		t.Fatalf("%s is set, and %s", requireNode, installed.missing)
	default:
		t.Skipf("without the client libraries of Node: %s", installed.missing)
	}
}

// node runs a script of clients with input as its argument, and reads what it
// prints. What input names as "refuse" turns the policy on.
func (o *tenant) node(script string, input map[string]any, policy string, output any) {
	o.Helper()
	turn := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := o.enforce(policy); err != nil {
			o.Error(err)
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer turn.Close()
	input["refuse"] = turn.URL
	input["name"], input["password"] = person, password
	argument, err := json.Marshal(input)
	o.must(err)
	command := exec.CommandContext(o.Context(), "node", script, string(argument))
	command.Dir = "clients"
	command.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+o.authority())
	var said, complained bytes.Buffer
	command.Stdout, command.Stderr = &said, &complained
	if err := command.Run(); err != nil {
		o.Fatalf("%s: %v\n%s%s", script, err, said.String(), complained.String())
	}
	if err := json.Unmarshal(said.Bytes(), output); err != nil {
		o.Fatalf("%s printed %s: %v", script, said.String(), err)
	}
}

// TestMSALNode is MSAL Node, as a public and as a confidential client: it signs
// in, renews silently, and when a policy is turned on throws the error by which
// apps know that the person must do something, with the claims to send along.
func TestMSALNode(t *testing.T) {
	needNode(t)
	o := secure(t)
	for _, tt := range []struct {
		name, client, secret, reply string
	}{
		{"public", o.native.id, "", nativeReply},
		{"confidential", o.web.id, o.web.secret, webReply},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := o.in(t)
			policy := o.watch()
			defer o.lift(policy)
			var got struct {
				Status               int
				Page                 string
				Account, Tenant      string
				AccessToken, IDToken bool
				Silent               struct{ AccessToken, Another bool }
				Refused              *struct {
					Interaction                      bool
					Error, Suberror, Claims, Message string
				}
				Again struct {
					Status  int
					Refused bool
				}
			}
			o.node("msal.mjs", map[string]any{
				"authority": o.origin + "/" + domain, "clientId": tt.client, "clientSecret": tt.secret, "redirectUri": tt.reply,
				"scopes": []string{"api://orders/read"}, "otherScopes": []string{"api://stock/read"},
			}, policy, &got)
			if got.Page != "" {
				t.Fatalf("the sign-in ended at a page, status %d: %s", got.Status, got.Page)
			}
			if got.Account != person || got.Tenant != o.id || !got.AccessToken || !got.IDToken {
				t.Errorf("it signed in %q of %q, access token %v, ID token %v", got.Account, got.Tenant, got.AccessToken, got.IDToken)
			}
			if !got.Silent.AccessToken || !got.Silent.Another {
				t.Errorf("silently it got %+v", got.Silent)
			}
			if r := got.Refused; r == nil || !r.Interaction || r.Error != "invalid_grant" || r.Suberror != "message_only" || r.Claims != challenge(policy) || !strings.Contains(r.Message, "AADSTS53003: ") {
				t.Errorf("the refusal is %+v", r)
			}
			if got.Again.Status != http.StatusForbidden || !got.Again.Refused {
				t.Errorf("with the claims the sign-in ends with status %d, at the refusal page: %v", got.Again.Status, got.Again.Refused)
			}
		})
	}
}

// TestOpenIDClient is openid-client, which knows nothing of Microsoft.
func TestOpenIDClient(t *testing.T) {
	needNode(t)
	o := secure(t)
	for _, tt := range []struct {
		name, client, secret, reply string
	}{
		{"public", o.native.id, "", loopReply},
		{"confidential", o.web.id, o.web.secret, webReply},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := o.in(t)
			policy := o.watch()
			defer o.lift(policy)
			var got struct {
				Status                    int
				Page                      string
				Subject, Name, Tenant     string
				AccessToken, RefreshToken bool
				Refreshed                 struct{ AccessToken, Rotated bool }
				Userinfo                  any
				Refused                   *struct {
					Error, Description, Suberror, Claims string
					Codes                                []int
				}
			}
			o.node("openid.mjs", map[string]any{
				"issuer": o.origin + "/" + o.id + "/v2.0", "clientId": tt.client, "clientSecret": tt.secret, "redirectUri": tt.reply,
				"scope": "openid profile email offline_access",
			}, policy, &got)
			if got.Page != "" {
				t.Fatalf("the sign-in ended at a page, status %d: %s", got.Status, got.Page)
			}
			if got.Subject == "" || got.Name != person || got.Tenant != o.id || !got.AccessToken || !got.RefreshToken {
				t.Errorf("it signed in %+v", got)
			}
			if !got.Refreshed.AccessToken || !got.Refreshed.Rotated || got.Userinfo != true {
				t.Errorf("it refreshed %+v, and userinfo says %v", got.Refreshed, got.Userinfo)
			}
			if r := got.Refused; r == nil || r.Error != "invalid_grant" || r.Suberror != "message_only" || len(r.Codes) != 1 || r.Codes[0] != 53003 || r.Claims != challenge(policy) || !strings.HasPrefix(r.Description, "AADSTS53003: ") {
				t.Errorf("the refusal is %+v", r)
			}
		})
	}
}

// TestLockFile: whoever installs the libraries chooses where from; the lock file
// says which, by their hashes.
func TestLockFile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("clients", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ Resolved, Integrity string }
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		t.Fatal(err)
	}
	if len(lock.Packages) < 2 {
		t.Fatalf("the lock file names %d packages", len(lock.Packages))
	}
	for name, p := range lock.Packages {
		if p.Resolved != "" {
			t.Errorf("%s is bound to %s; run npm install --omit-lockfile-registry-resolved", name, p.Resolved)
		}
		if name != "" && p.Integrity == "" {
			t.Errorf("%s has no hash", name)
		}
	}
}
