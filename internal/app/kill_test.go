package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/app/data"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/signinlog"
)

// How many sign-ins are acknowledged, by how many at once, and after how many a
// kill comes at the latest.
const (
	killedSignIns = 500
	killedWorkers = 4
	killedEvery   = 40
)

// built is the folder of the program that the tests built; empty: none.
var built string

// program builds the program once for the tests that need a process.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sallyport-test-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "sallyport")
	out, err := exec.Command("go", "build", "-o", path, "../../cmd/sallyport").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built) // a folder of the system's for such things
	}
	os.Exit(code)
}

// machineOf is a server that runs as a process of its own.
type machineOf struct {
	*testing.T
	path, data, address, origin string
	process                     *exec.Cmd
	app, secret                 string
}

const killedDomain = "killed.example"

// sallyport runs a verb and returns what it prints.
func (m *machineOf) sallyport(stdin string, args ...string) []byte {
	m.Helper()
	cmd := exec.CommandContext(m.Context(), m.path, append(args, "--data", m.data)...)
	cmd.Stdin = strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		m.Fatalf("sallyport %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out
}

// newMachine makes a server's data by the command line, as its operator would.
func newMachine(t *testing.T) *machineOf {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	m := &machineOf{T: t, path: path, data: filepath.Join(t.TempDir(), "var")}
	m.sallyport("", "tenant", "add", killedDomain)
	m.sallyport("", "tenant", "set", "--keep-signed-in", "off")
	for i := range killedWorkers {
		m.sallyport(rightPassword+"\n", "user", "add", fmt.Sprintf("worker%d", i), "--password-stdin")
	}
	var added struct {
		App struct {
			AppID string `json:"appId"`
		} `json:"application"`
		Secret string `json:"secret"`
	}
	if err := json.Unmarshal(m.sallyport("", "app", "add", "shop", "--web", replyTo, "--secret", "-o", "json"), &added); err != nil {
		t.Fatal(err)
	}
	m.app, m.secret = added.App.AppID, added.Secret
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.address = probe.Addr().String()
	if err := probe.Close(); err != nil {
		t.Fatal(err)
	}
	m.origin = "http://" + m.address
	return m
}

// start starts the server and waits until it answers.
func (m *machineOf) start() {
	m.Helper()
	m.process = exec.Command(m.path, "serve", "--listen", m.address, "--data", m.data, "--log-level", "error")
	m.process.Stderr = os.Stderr
	if err := m.process.Start(); err != nil {
		m.Fatal(err)
	}
	for range 1000 {
		answer, err := http.Get(m.origin + "/readyz")
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	m.Fatal("the server does not answer after ten seconds")
}

// kill ends the server without a chance to tidy up.
func (m *machineOf) kill() {
	m.Helper()
	if err := m.process.Process.Kill(); err != nil {
		m.Fatal(err)
	}
	_ = m.process.Wait() // it says that it was killed
}

// acknowledged is what a client was told.
type acknowledged struct{ code, refresh string }

// signIn signs a worker in, from the first page to the tokens.
func (m *machineOf) signIn(ctx context.Context, worker int) (acknowledged, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return acknowledged{}, err
	}
	client := &http.Client{Jar: jar, Timeout: 10 * time.Second, CheckRedirect: func(q *http.Request, _ []*http.Request) error {
		if q.URL.Host != m.address {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	values := url.Values{
		"client_id": {m.app}, "response_type": {"code"}, "redirect_uri": {replyTo}, "scope": {"openid offline_access"}, "state": {"s"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	body, answer, err := m.do(ctx, client, http.MethodGet, "/"+killedDomain+"/oauth2/v2.0/authorize?"+values.Encode(), nil)
	if err != nil {
		return acknowledged{}, err
	}
	for _, fields := range []url.Values{{"name": {fmt.Sprintf("worker%d@%s", worker, killedDomain)}}, {"password": {rightPassword}}} {
		hop := hopField.FindStringSubmatch(body)
		if hop == nil {
			return acknowledged{}, fmt.Errorf("no form: %s", excerpt(body))
		}
		fields.Set("hop", hop[1])
		if body, answer, err = m.do(ctx, client, http.MethodPost, answer.Request.URL.Path, fields); err != nil {
			return acknowledged{}, err
		}
	}
	to, err := url.Parse(answer.Header.Get("Location"))
	if err != nil || to.Query().Get("code") == "" {
		return acknowledged{}, fmt.Errorf("no code: %s %s", answer.Status, excerpt(body))
	}
	code := to.Query().Get("code")
	body, _, err = m.do(ctx, client, http.MethodPost, "/"+killedDomain+"/oauth2/v2.0/token", url.Values{
		"client_id": {m.app}, "client_secret": {m.secret}, "grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {replyTo}, "code_verifier": {verifier},
	})
	if err != nil {
		return acknowledged{}, err
	}
	var tokens struct {
		Refresh string `json:"refresh_token"`
		ID      string `json:"id_token"`
	}
	if err := json.Unmarshal([]byte(body), &tokens); err != nil || tokens.Refresh == "" {
		return acknowledged{}, fmt.Errorf("no tokens: %s", body)
	}
	return acknowledged{code: code, refresh: tokens.Refresh}, nil
}

// do sends one request.
func (m *machineOf) do(ctx context.Context, client *http.Client, method, path string, form url.Values) (string, *http.Response, error) {
	var content io.Reader
	if form != nil {
		content = strings.NewReader(form.Encode())
	}
	q, err := http.NewRequestWithContext(ctx, method, m.origin+path, content)
	if err != nil {
		return "", nil, err
	}
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := client.Do(q)
	if err != nil {
		return "", nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return string(body), answer, err
}

// TestKill kills the server again and again while people sign in. Whatever a
// client was told must be there afterwards, and nothing may be there in half.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills a server for some seconds")
	}
	m := newMachine(t)
	m.start()
	all, kills := m.signInWhileKilled(killedSignIns)
	t.Logf("%d sign-ins were acknowledged, %d kills", len(all), kills)
	m.kill()

	folder, err := data.OpenExisting(t.Context(), m.data)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	m.nothingIsLost(folder.DB, all)
	m.nothingIsHalf(folder.DB)
}

// signInWhileKilled lets workers sign in until so many were acknowledged, and
// kills the server at moments that nobody chooses.
func (m *machineOf) signInWhileKilled(wanted int) (all []acknowledged, kills int) {
	m.Helper()
	ctx, done := context.WithCancel(m.Context())
	defer done()
	told := make(chan acknowledged)
	var workers sync.WaitGroup
	for worker := range killedWorkers {
		workers.Go(func() {
			for ctx.Err() == nil {
				got, err := m.signIn(ctx, worker)
				if err != nil { // it was killed, or is not up again yet
					time.Sleep(5 * time.Millisecond)
					continue
				}
				select {
				case told <- got:
				case <-ctx.Done():
				}
			}
		})
	}
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // which moments, not secrets
	next := 1 + random.IntN(killedEvery)
	deadline := time.After(2 * time.Minute)
	for len(all) < wanted {
		select {
		case got := <-told:
			all = append(all, got)
		case <-deadline:
			m.Fatalf("only %d sign-ins in two minutes, with %d kills", len(all), kills)
		}
		if next--; next > 0 || len(all) == wanted {
			continue
		}
		// Not only between two acknowledgements.
		time.Sleep(time.Duration(random.IntN(20)) * time.Millisecond)
		m.kill()
		kills++
		m.start()
		next = 1 + random.IntN(killedEvery)
	}
	done()
	workers.Wait()
	return all, kills
}

// nothingIsLost looks for all that clients were told.
func (m *machineOf) nothingIsLost(db *store.DB, all []acknowledged) {
	m.Helper()
	for i, got := range all {
		grant, _, err := db.Grants().ByToken(m.Context(), session.Secret(got.refresh).Key())
		if err != nil || grant.Revoked != nil {
			m.Fatalf("sign-in %d was acknowledged, and its refresh token is %+v, %v", i, grant.Revoked, err)
		}
		code, err := db.Codes().Get(m.Context(), session.Secret(got.code).Key())
		if err != nil || code.Redeemed.IsZero() {
			m.Fatalf("sign-in %d was acknowledged, and its code is %+v, %v", i, code, err)
		}
	}
}

// nothingIsHalf compares what must have been written together: a code with the
// record of the sign-in, a grant with the record of its redemption.
func (m *machineOf) nothingIsHalf(db *store.DB) {
	m.Helper()
	signedIn, redeemed := 0, 0
	var tenant access.TenantID
	for row, err := range db.SignIns().Stream(m.Context(), store.SignInQuery{}) {
		if err != nil {
			m.Fatal(err)
		}
		var r signinlog.Record
		if err := json.Unmarshal(row.Payload, &r); err != nil {
			m.Fatalf("record %d: %v", row.Seq, err)
		}
		tenant = row.TenantID
		switch {
		case row.Code != 0:
		case r.UniqueTokenIdentifier != "":
			redeemed++
		default:
			signedIn++
		}
	}
	grants, err := db.Grants().List(m.Context(), session.GrantsOf{TenantID: tenant}, 1<<20)
	if err != nil {
		m.Fatal(err)
	}
	if len(grants) != redeemed {
		m.Errorf("%d grants, and %d records of codes that were redeemed", len(grants), redeemed)
	}
	if signedIn < redeemed {
		m.Errorf("%d records of sign-ins, and %d of codes that were redeemed", signedIn, redeemed)
	}
	attempts, err := store.ShelfOf[signin.Attempt](db, "attempt").List(m.Context())
	if err != nil {
		m.Fatalf("read the sign-ins under way: %v", err)
	}
	for _, a := range attempts {
		if a.ID == "" || a.Page == "" || a.TenantID == "" {
			m.Errorf("a sign-in under way is half: %+v", a)
		}
	}
	if err := db.Ping(m.Context()); err != nil {
		m.Error(errors.Join(errors.New("the database does not answer"), err))
	}
}
