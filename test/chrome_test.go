package test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const (
	// requireBrowser turns the skipping of browser tests into failure.
	requireBrowser = "SALLYPORT_REQUIRE_BROWSER"
	// artefacts names the folder that screenshots are kept in; empty: none are.
	artefacts = "SALLYPORT_ARTEFACTS"
	// patience is how long a step may wait for what never comes. Nothing is
	// expected to be fast; without an end a failed test would hang.
	patience = 30 * time.Second
)

// chrome is the one browser of all tests here; each opens a tab of its own.
var chrome struct {
	sync.Mutex
	ctx  context.Context
	stop []context.CancelFunc
}

// closeChrome ends the browser, if one was started.
func closeChrome() {
	for i := len(chrome.stop) - 1; i >= 0; i-- {
		chrome.stop[i]()
	}
}

// chromeBinary finds the browser: CHROME, or one of Debian's.
func chromeBinary(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROME"), "chromium", "chromium-headless-shell", "google-chrome"} {
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

// tab is a browser's tab, with cookies of its own.
type tab struct {
	*testing.T
	ctx context.Context
}

func openTab(t *testing.T) *tab {
	t.Helper()
	binary := chromeBinary(t)
	chrome.Lock()
	defer chrome.Unlock()
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
			t.Fatalf("start %s: %v", binary, err)
		}
		chrome.ctx = ctx
	}
	ctx, stop := chromedp.NewContext(chrome.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	b := &tab{t, ctx}
	if err := chromedp.Do(ctx); err != nil { // open it; a deadline here would close it
		t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(1280, 860))
	return b
}

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

// text is what the page says.
func (b *tab) text() string {
	b.Helper()
	return ask[string](b, `document.body.innerText`)
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
		err = os.WriteFile(filepath.Join(folder, "server-"+name+".png"), picture, 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// see waits for what selects an element.
func see(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.WaitVisible(chromedp.CSS(selector))
}

// press presses what selects a button.
func press(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// enter types into a field.
func enter(selector, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(chromedp.CSS(selector), text)
}

// follow presses what leads to another page, and waits for that page.
func (b *tab) follow(selector string) {
	b.Helper()
	ask[bool](b, `document.body.dataset.left = "yes", true`)
	b.do(press(selector), see("body:not([data-left])"))
}
