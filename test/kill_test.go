package test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/app/data"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store"
)

// TestKill kills the server, as `kill -9` does, in the middle of 500 sign-ins,
// ten times, each time at another moment. The server starts again on the same
// folder every time; whatever it had acknowledged is there, and no sign-in is
// there by half: a code exactly with its record, a grant exactly with its own.
func TestKill(t *testing.T) {
	const rounds, perRound = 10, 50
	d := newDoomed(t)
	for round := range rounds {
		d.run(func(ctx context.Context, origin string, kill func()) {
			// The kill comes some while after an acknowledgement, when
			// the other workers are anywhere in theirs.
			d.signInUntil((round+1)*perRound, ctx, origin, func() {
				time.Sleep(time.Duration(round*7%10) * time.Millisecond)
				kill()
			})
		})
	}
	if len(d.signIns) < rounds*perRound {
		t.Fatalf("%d sign-ins were acknowledged, want %d", len(d.signIns), rounds*perRound)
	}
	d.checkFolder()
	d.run(func(ctx context.Context, origin string, kill func()) {
		defer kill()
		d.checkTokens(ctx, origin)
	})
}

// doomed is a data folder whose servers are killed, and what they acknowledged.
type doomed struct {
	*testing.T
	path     string
	tenant   directory.Tenant
	clientID string
	people   []directory.User

	dead    atomic.Bool // the server was killed, or is about to be
	mu      sync.Mutex
	begun   int
	signIns []*acknowledged
}

// acknowledged is a sign-in whose code reached the app.
type acknowledged struct {
	correlation string
	code        string
	refresh     string // what the token endpoint gave for the code; empty: its answer never came
}

const killReply = "http://localhost/kill"

// newDoomed prepares a folder with people whose password costs almost nothing
// to check, so that the server spends its time where the kill shall find it: at
// the database.
func newDoomed(t *testing.T) *doomed {
	t.Helper()
	d := &doomed{T: t, path: filepath.Join(t.TempDir(), "var")}
	folder, err := data.Open(t.Context(), d.path)
	d.must(err)
	defer func() { d.must(folder.Close()) }()
	all, now := folder.DB.Directory(), time.Now()
	by := directory.Change{At: now, By: directory.Actor{Kind: directory.ActorOperator, Name: "test"}}
	stay := false
	d.tenant = directory.Tenant{
		ID: access.TenantID(d.id()), DisplayName: "Doomed", Created: now, Settings: directory.Settings{KeepSignedIn: &stay},
		Domains: []directory.Domain{{Name: domain, Verified: true, Default: true}},
	}
	d.must(all.Tenants.Create(t.Context(), by, &d.tenant))
	app := directory.Application{
		ID: directory.ApplicationID(d.id()), TenantID: d.tenant.ID, AppID: access.AppID(d.id()), DisplayName: "app", Created: now,
		Redirects: directory.RedirectURIs{Public: []string{killReply}}, FallbackPublic: true,
	}
	d.must(all.Applications.Create(t.Context(), by, &app))
	d.must(all.ServicePrincipals.Create(t.Context(), by, &directory.ServicePrincipal{
		ID: access.ServicePrincipalID(d.id()), TenantID: d.tenant.ID, AppID: app.AppID, DisplayName: "app", AccountEnabled: true, Created: now,
	}))
	d.clientID = string(app.AppID)
	salt := []byte("salt of the test")
	hash := "$argon2id$v=19$m=64,t=1,p=1$" + base64.RawStdEncoding.EncodeToString(salt) + "$" +
		base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(password), salt, 1, 64, 1, 32))
	for n := range 20 {
		u := directory.User{
			ID: access.UserID(d.id()), TenantID: d.tenant.ID, UserPrincipalName: fmt.Sprintf("person%d@%s", n, domain),
			DisplayName: fmt.Sprintf("Person %d", n), AccountEnabled: true, Created: now,
		}
		d.must(all.Users.Create(t.Context(), by, &u))
		d.must(all.Credentials.UpdateCredentials(t.Context(), by, u.TenantID, u.ID, func(u *directory.User, held *directory.UserCredentials) error {
			held.Password = &directory.Password{Hash: hash, Set: directory.Instant(now)}
			u.PasswordChangedAt = directory.Instant(now)
			return nil
		}))
		d.people = append(d.people, u)
	}
	return d
}

func (d *doomed) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *doomed) id() string {
	d.Helper()
	id, err := directory.NewID(rand.Reader)
	d.must(err)
	return id
}

// run starts the program on the folder, lets f use it until it calls kill, and
// waits for its end.
func (d *doomed) run(f func(ctx context.Context, origin string, kill func())) {
	d.Helper()
	command := exec.CommandContext(d.Context(), program(d.T), "serve", "--listen", "localhost:0", "--data", d.path, "--log-level", "error")
	command.Env = withoutSettings(os.Environ())
	out, err := command.StdoutPipe()
	d.must(err)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	d.must(command.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	found := announced.FindStringSubmatch(line)
	if found == nil {
		d.Fatalf("the server does not say where it serves: %v\n%s", err, complaints.String())
	}
	ctx, over := context.WithTimeout(d.Context(), time.Minute)
	defer over()
	var once sync.Once
	d.dead.Store(false)
	kill := func() {
		once.Do(func() {
			d.dead.Store(true) // from now on, failures are expected
			if err := command.Process.Kill(); err != nil {
				d.Error(err)
			}
		})
	}
	// Whatever happens in f, the process ends.
	defer func() {
		kill()
		_ = command.Wait() // it was killed: the error says so
		if complaints.Len() > 0 {
			d.Logf("the server's log:\n%s", complaints.String())
		}
	}()
	f(ctx, found[1], kill)
}

// signInUntil signs people in, several at once, and calls enough when so many
// sign-ins, of all rounds, were acknowledged. It returns when all have ended.
func (d *doomed) signInUntil(count int, ctx context.Context, origin string, enough func()) {
	transport := &http.Transport{MaxIdleConnsPerHost: 8}
	defer transport.CloseIdleConnections()
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			for !d.dead.Load() {
				err := d.signIn(&killClient{ctx: ctx, origin: origin, transport: transport})
				if err != nil && !d.dead.Load() {
					d.Errorf("a sign-in failed though the server lives: %v", err)
					enough()
				}
				d.mu.Lock()
				reached := len(d.signIns) >= count
				d.mu.Unlock()
				if reached {
					enough()
				}
			}
		})
	}
	wait.Wait()
}

// signIn signs the next person in and notes each thing that is acknowledged.
func (d *doomed) signIn(c *killClient) error {
	d.mu.Lock()
	who := d.people[d.begun%len(d.people)]
	d.begun++
	d.mu.Unlock()
	correlation, err := directory.NewID(rand.Reader)
	if err != nil {
		return err
	}
	code, err := c.signIn(d.clientID, correlation, who.UserPrincipalName)
	if err != nil {
		return err
	}
	done := &acknowledged{correlation: correlation, code: code}
	d.mu.Lock()
	d.signIns = append(d.signIns, done)
	d.mu.Unlock()
	refresh, err := c.token(url.Values{"client_id": {d.clientID}, "grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {killReply}, "code_verifier": {killVerifier}})
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	done.refresh = refresh
	return nil
}

// checkFolder looks at what the dead servers left.
func (d *doomed) checkFolder() {
	d.Helper()
	folder, err := data.OpenExisting(d.Context(), d.path)
	d.must(err)
	defer func() { d.must(folder.Close()) }()

	// The records of each attempt, by what they tell of.
	type told struct{ codes, grants int }
	byCorrelation := map[string]told{}
	var all told
	for row, err := range folder.DB.SignIns().Stream(d.Context(), store.SignInQuery{TenantID: d.tenant.ID}) {
		d.must(err)
		if !json.Valid(row.Payload) {
			d.Errorf("record %s is no JSON", row.RequestID)
		}
		if row.Code != 0 {
			continue
		}
		one := byCorrelation[row.CorrelationID]
		if row.Category == "interactiveUser" {
			one.codes++
			all.codes++
		} else {
			one.grants++
			all.grants++
		}
		byCorrelation[row.CorrelationID] = one
	}

	for _, s := range d.signIns {
		one := byCorrelation[s.correlation]
		code, err := folder.DB.Codes().Get(d.Context(), session.Secret(s.code).Key())
		redeemed := !code.Redeemed.IsZero()
		switch {
		case err != nil:
			d.Errorf("attempt %s: its code was sent and is gone: %v", s.correlation, err)
		case one.codes != 1:
			d.Errorf("attempt %s: its code is there, and %d records of it", s.correlation, one.codes)
		case s.refresh != "" && !redeemed:
			d.Errorf("attempt %s: tokens were sent, and the code may be redeemed again", s.correlation)
		case redeemed != (one.grants == 1):
			d.Errorf("attempt %s: its code is redeemed: %v; records of that: %d", s.correlation, redeemed, one.grants)
		}
	}

	if _, err := store.ShelfOf[signin.Attempt](folder.DB, "attempt").List(d.Context()); err != nil {
		d.Errorf("an attempt cannot be read: %v", err)
	}
	// The sign-ins that nobody was told of are whole, too: as many codes and
	// grants as records of them.
	raw, err := sql.Open("sqlite", folder.Path("sallyport.db"))
	d.must(err)
	defer func() { d.must(raw.Close()) }()
	var verdict string
	var kept told
	d.must(errors.Join(
		raw.QueryRow("PRAGMA integrity_check").Scan(&verdict),
		raw.QueryRow("SELECT count(*) FROM codes").Scan(&kept.codes),
		raw.QueryRow("SELECT count(*) FROM grants").Scan(&kept.grants),
	))
	if verdict != "ok" {
		d.Errorf("integrity: %s", verdict)
	}
	if kept != all {
		d.Errorf("there are %d codes and %d grants, and records of %d and %d", kept.codes, kept.grants, all.codes, all.grants)
	}
	d.Logf("%d sign-ins begun, %d acknowledged; %d codes, %d grants", d.begun, len(d.signIns), kept.codes, kept.grants)
}

// checkTokens uses every refresh token that was sent, and then some codes a
// second time.
func (d *doomed) checkTokens(ctx context.Context, origin string) {
	transport := &http.Transport{MaxIdleConnsPerHost: 8}
	defer transport.CloseIdleConnections()
	c := &killClient{ctx: ctx, origin: origin, transport: transport}
	for n, s := range d.signIns {
		if s.refresh == "" {
			continue
		}
		if _, err := c.token(url.Values{"client_id": {d.clientID}, "grant_type": {"refresh_token"}, "refresh_token": {s.refresh}}); err != nil {
			d.Errorf("attempt %s: its refresh token was sent and is not good: %v", s.correlation, err)
		}
		if n%20 != 0 {
			continue
		}
		_, err := c.token(url.Values{"client_id": {d.clientID}, "grant_type": {"authorization_code"}, "code": {s.code}, "redirect_uri": {killReply}, "code_verifier": {killVerifier}})
		if err == nil || !strings.Contains(err.Error(), "AADSTS54006") {
			d.Errorf("attempt %s: its code was redeemed and is taken again: %v, want 54006", s.correlation, err)
		}
	}
}

// killClient is a browser and an app of which the test outlives the server.
// Unlike the other tests' browser it returns errors, for they are expected.
type killClient struct {
	ctx       context.Context
	origin    string
	transport *http.Transport
}

// killVerifier and its challenge are from RFC 7636, appendix B.
const (
	killVerifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	killChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

var killHop = regexp.MustCompile(`name="hop" value="([^"]+)"`)

// signIn signs a person in, in a browser of their own, and returns the code.
func (c *killClient) signIn(clientID, correlation, name string) (string, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	browser := &http.Client{Jar: jar, Transport: c.transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	address, form := c.origin+"/"+domain+"/oauth2/v2.0/authorize?"+url.Values{
		"client_id": {clientID}, "response_type": {"code"}, "redirect_uri": {killReply}, "scope": {"openid offline_access"},
		"code_challenge": {killChallenge}, "code_challenge_method": {"S256"}, "client-request-id": {correlation},
	}.Encode(), url.Values(nil)
	for range 20 {
		answer, body, err := c.send(browser, address, form)
		if err != nil {
			return "", err
		}
		if next, err := answer.Location(); err == nil {
			if code := next.Query().Get("code"); code != "" && !strings.HasPrefix(next.String(), c.origin) {
				return code, nil
			}
			address, form = next.String(), nil
			continue
		}
		hop := killHop.FindSubmatch(body)
		if hop == nil {
			return "", fmt.Errorf("%s: status %d, no form: %.300s", answer.Request.URL.Path, answer.StatusCode, body)
		}
		address, form = c.origin+answer.Request.URL.Path, url.Values{"hop": {string(hop[1])}}
		switch answer.Request.URL.Path {
		case "/signin/account":
			form.Set("name", name)
		case "/signin/password":
			form.Set("password", password)
		case "/signin/consent":
			form.Set("action", "accept")
		default:
			return "", fmt.Errorf("the browser is at %s, which it does not know", answer.Request.URL.Path)
		}
	}
	return "", errors.New("the sign-in does not come to an end")
}

// token asks the token endpoint and returns the refresh token.
func (c *killClient) token(form url.Values) (string, error) {
	answer, body, err := c.send(&http.Client{Transport: c.transport}, c.origin+"/"+domain+"/oauth2/v2.0/token", form)
	if err != nil {
		return "", err
	}
	var tokens struct {
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal(body, &tokens); err != nil || answer.StatusCode != http.StatusOK || tokens.Refresh == "" {
		return "", fmt.Errorf("the token endpoint answers %d: %s", answer.StatusCode, body)
	}
	return tokens.Refresh, nil
}

func (c *killClient) send(client *http.Client, address string, form url.Values) (*http.Response, []byte, error) {
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	q, err := http.NewRequestWithContext(c.ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, nil, err
	}
	q.Header.Set("User-Agent", agent)
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := client.Do(q)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(answer.Body)
	return answer, body, errors.Join(err, answer.Body.Close())
}
