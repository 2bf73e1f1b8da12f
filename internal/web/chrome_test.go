package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// requireBrowser turns the skipping of browser tests into failure.
const requireBrowser = "SALLYPORT_REQUIRE_BROWSER"

// artefacts names the folder that screenshots are kept in; empty: none are.
const artefacts = "SALLYPORT_ARTEFACTS"

// chromeBinary finds the browser: CHROME, or one of Debian's.
func chromeBinary(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROME"), "/usr/bin/chromium", "chromium", "chromium-headless-shell", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "no browser found: install Debian's chromium-headless-shell or chromium, or name one in CHROME"
	if os.Getenv(requireBrowser) != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// chrome is the one browser of all tests here; each opens a tab of its own.
var chrome struct {
	sync.Mutex
	ctx  context.Context
	stop []context.CancelFunc
}

func TestMain(m *testing.M) {
	code := m.Run()
	for i := len(chrome.stop) - 1; i >= 0; i-- {
		chrome.stop[i]()
	}
	os.Exit(code)
}

// tab is a browser's tab, and what it complained about.
type tab struct {
	*testing.T
	ctx context.Context

	mu         sync.Mutex
	complaints []string
}

// openTab opens a tab, with cookies of its own.
func openTab(t *testing.T) *tab {
	t.Helper()
	binary := chromeBinary(t)
	chrome.Lock()
	if chrome.ctx == nil {
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(binary))
		if os.Geteuid() == 0 {
			options = append(options, chromedp.NoSandbox)
		}
		allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, stopBrowser := chromedp.NewContext(allocator)
		chrome.stop = append(chrome.stop, stop, stopBrowser)
		// The first run starts the browser, and must not have a deadline.
		if err := chromedp.Do(ctx); err != nil {
			chrome.Unlock()
			t.Fatalf("start %s: %v", binary, err)
		}
		chrome.ctx = ctx
	}
	parent := chrome.ctx
	chrome.Unlock()
	ctx, stop := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	b := &tab{T: t, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil { // open it; a deadline here would close it
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	return b
}

// listen keeps what scripts threw; what the policy stopped, the page says.
func (b *tab) listen(event any) {
	if thrown, ok := event.(*runtime.EventExceptionThrown); ok {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.complaints = append(b.complaints, thrown.ExceptionDetails.Text)
	}
}

// patience is how long a step may wait for what never comes. Nothing is
// expected to be fast; without an end a failed test would hang.
const patience = 30 * time.Second

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		where, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
		b.Fatalf("%v, at %s", err, where)
	}
}

// ask evaluates an expression on the page.
func ask[T any](b *tab, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%.80s: %v", expression, err)
	}
	return v
}

// look sets the size of the window and the colour scheme.
func (b *tab) look(width, height int64, scheme string) {
	b.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	b.media("", scheme)
}

func (b *tab) media(media, scheme string) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if err != nil {
		b.Fatal(err)
	}
}

// keep writes a screenshot, if a folder was named.
func (b *tab) keep(name string) {
	b.Helper()
	folder := os.Getenv(artefacts)
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.MkdirAll(folder, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, strings.ReplaceAll(name, "/", "-")+".png"), picture, 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// listenAt serves a handler that must know its own address beforehand.
func listenAt(t *testing.T, build func(origin string) http.Handler) string {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { handler.ServeHTTP(w, q) }))
	t.Cleanup(server.Close)
	// Passkeys take a host name that is secure by itself.
	origin := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	handler = build(origin)
	return origin
}
