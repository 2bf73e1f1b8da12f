package test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Who signs in.
const (
	domain   = "contoso.example"
	person   = "ann@" + domain
	password = "correct horse 7 battery"
)

// Where the apps get their answers. Nobody listens there: the tests' browsers
// stop before.
const (
	webReply    = "https://shop.example/callback"
	nativeReply = "http://localhost"          // as Microsoft's libraries have it
	loopReply   = "http://localhost/callback" // as others do
)

// tenant is one tenant of a server: a person, a confidential and a public
// client, and two APIs, api://orders and api://stock, that they may read.
type tenant struct {
	*server
	id, ann     string
	web, native app
}

// app is a client as its developer knows it.
type app struct{ id, secret string }

// secure starts a server that serves https by an authority of its own, as
// Microsoft's libraries want it, and makes a tenant on the command line.
func secure(t *testing.T) *tenant {
	t.Helper()
	o := &tenant{server: start(t, "--tls", "local")}
	var made struct{ ID string }
	o.admin(&made, "", "tenant", "add", domain)
	o.id = made.ID
	var hired struct{ User struct{ ID string } }
	o.admin(&hired, password+"\n", "user", "add", person, "--password-stdin")
	o.ann = hired.User.ID
	for _, api := range []string{"orders", "stock"} {
		o.register(api, "--identifier", "api://"+api, "--scope", "read")
	}
	o.web = o.register("web", "--web", webReply, "--secret")
	o.native = o.register("native", "--public", nativeReply, "--public", loopReply)
	for _, client := range []string{"web", "native"} {
		for _, api := range []string{"orders", "stock"} {
			o.admin(nil, "", "app", "allow", client, api, "read")
		}
	}
	return o
}

// admin runs a verb of the program on the running server's data, and reads what
// it prints into output; nil: nothing is read.
func (o *tenant) admin(output any, input string, words ...string) {
	o.Helper()
	o.must(o.try(output, input, words...))
}

// try is admin for what may fail, and for other goroutines than the test's.
func (o *tenant) try(output any, input string, words ...string) error {
	command := exec.CommandContext(o.Context(), built.path, append(words, "--data", o.data, "-o", "json")...)
	command.Env = withoutSettings(os.Environ())
	command.Stdin = strings.NewReader(input)
	var said, complained bytes.Buffer
	command.Stdout, command.Stderr = &said, &complained
	if err := command.Run(); err != nil {
		return fmt.Errorf("sallyport %s: %w\n%s", strings.Join(words, " "), err, complained.String())
	}
	if output == nil {
		return nil
	}
	if err := json.Unmarshal(said.Bytes(), output); err != nil {
		return fmt.Errorf("sallyport %s printed %s: %w", strings.Join(words, " "), said.String(), err)
	}
	return nil
}

// register registers an app.
func (o *tenant) register(name string, flags ...string) app {
	o.Helper()
	var made struct {
		Application struct{ AppID string }
		Secret      string
	}
	o.admin(&made, "", append([]string{"app", "add", name}, flags...)...)
	return app{made.Application.AppID, made.Secret}
}

// watch adds a policy that would keep the person out from anywhere, and only
// reports yet. It returns the policy's id.
func (o *tenant) watch() string {
	o.Helper()
	file := filepath.Join(o.TempDir(), "policy.json")
	o.must(os.WriteFile(file, []byte(`{"displayName":"Nobody from anywhere","state":"disabled",
		"conditions":{"users":{"includeUsers":["`+o.ann+`"]},"applications":{"includeApplications":["All"]},"clientAppTypes":["all"],"locations":{"includeLocations":["All"]}},
		"grantControls":{"operator":"OR","builtInControls":["block"]}}`), 0o600))
	var added []struct{ ID string }
	o.admin(&added, "", "policy", "add", file, "--state", "report-only")
	if len(added) != 1 {
		o.Fatalf("%d policies were added; 1 is expected", len(added))
	}
	return added[0].ID
}

// enforce turns a policy on.
func (o *tenant) enforce(policy string) error {
	return o.try(nil, "", "policy", "enable", policy)
}

// block adds a policy that keeps the person out, and returns its id.
func (o *tenant) block() string {
	o.Helper()
	policy := o.watch()
	o.must(o.enforce(policy))
	return policy
}

// lift turns a policy off again.
func (o *tenant) lift(policy string) {
	o.Helper()
	o.admin(nil, "", "policy", "disable", policy)
}

// challenge is what a refusal by a policy asks a client to send back.
func challenge(policy string) string {
	return `{"access_token":{"capolids":{"essential":true,"values":["` + policy + `"]}}}`
}

// in returns the tenant for a part of a test.
func (o *tenant) in(t *testing.T) *tenant {
	part, s := *o, *o.server
	s.T = t
	part.server = &s
	return &part
}
