package web_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// violations makes a page remember what its policy stopped.
const violations = `(() => { window.stopped = []; addEventListener("securitypolicyviolation", (e) => stopped.push(e.violatedDirective + " " + e.blockedURI)); return true })()`

// pages are what the browser is shown: every sample, and the pages beside the
// sign-in.
func pages() []sample {
	list := samples()
	for name, path := range map[string]string{"signed-out": "/signed-out", "lookup": "/error", "lookup-code": "/error?code=53003", "lookup-search": "/error?q=expired", "lookup-unknown": "/error?code=59999", "fault": "/nowhere/at/all"} {
		list = append(list, sample{name: name, step: signin.Step{Page: signin.Page(path)}})
	}
	return list
}

func (s sample) path() string {
	if strings.HasPrefix(string(s.step.Page), "/") {
		return string(s.step.Page)
	}
	return s.address()
}

// TestBrowserPages looks at every page as people with different screens,
// languages and abilities do: axe finds nothing, nothing is wider than the
// screen, nothing was stopped by the page's own policy.
func TestBrowserPages(t *testing.T) {
	b := openTab(t)
	origin := listenAt(t, func(origin string) http.Handler { return serve(t, showing(), origin) })
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	looks := []struct {
		name          string
		width, height int64
		scheme        string
		language      result.Language
	}{
		{"wide-light", 1280, 860, "light", result.English},
		{"narrow-dark-ja", 375, 740, "dark", result.Japanese},
		{"tiny-light-fr", 320, 600, "light", result.French},
	}
	for _, s := range pages() {
		for _, l := range looks {
			t.Run(s.name+"/"+l.name, func(t *testing.T) {
				b := &tab{T: t, ctx: b.ctx}
				b.look(l.width, l.height, l.scheme)
				separator := "?"
				if strings.Contains(s.path(), "?") {
					separator = "&"
				}
				b.do(chromedp.Navigate(origin + s.path() + separator + "lang=" + string(l.language)))
				if overflow := ask[int](b, `document.documentElement.scrollWidth - innerWidth`); overflow > 0 {
					t.Errorf("the page is %d pixels wider than the screen: %s", overflow, ask[string](b, `Array.from(document.querySelectorAll("*")).filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120)).join("\n")`))
				}
				ask[bool](b, violations)
				if ask[bool](b, string(axe)+"; true"); t.Failed() {
					return
				}
				found := ask[string](b, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.help + "\n" + v.nodes.map(n => "  " + n.html.slice(0, 200) + "\n  " + n.failureSummary).join("\n")).join("\n"))`)
				if found != "" {
					t.Errorf("axe found:\n%s", found)
				}
				if stopped := ask[string](b, `stopped.join("\n")`); stopped != "" {
					t.Errorf("the policy stopped: %s", stopped)
				}
				b.keep(s.name + "-" + l.name)
			})
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		t.Errorf("a script failed: %s", c)
	}
}

// TestBrowserWithoutScript: what is no use without a script is not shown, and
// what matters is there.
func TestBrowserWithoutScript(t *testing.T) {
	p := showing()
	b := openTab(t)
	origin := listenAt(t, func(origin string) http.Handler { return serve(t, p, origin) })
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.look(375, 740, "light")
	b.do(chromedp.Navigate(origin+"/signin/refusal?hop=hop-refusal-location"), chromedp.WaitVisible(chromedp.CSS("#reference")),
		chromedp.WaitNotVisible(chromedp.CSS("[data-copy]")))
	b.keep("no-script-refusal")
	b.do(chromedp.Navigate(origin+"/signin/passkey?hop=hop-passkey"), chromedp.WaitVisible(chromedp.CSS("noscript .notice, .notice")),
		chromedp.WaitVisible(chromedp.CSS(`button[value="code"]`)))
	b.keep("no-script-passkey")
	b.do(chromedp.Navigate(origin+"/signin/password?hop=hop-password"),
		chromedp.SendKeys(chromedp.CSS("#password"), "right horse"+kb.Enter))
	b.do(chromedp.WaitVisible(chromedp.CSS("pre.reference"))) // where the scripted pipeline leads, there is no page
	if p.hop != "hop-password" || p.input.Password != "right horse" {
		t.Errorf("the pipeline got hop %q, password %q", p.hop, p.input.Password)
	}
}

// TestBrowserKeyboard signs in with the keyboard alone.
func TestBrowserKeyboard(t *testing.T) {
	p := showing()
	b := openTab(t)
	origin := listenAt(t, func(origin string) http.Handler { return serve(t, p, origin) })
	focused := `(document.activeElement.getAttribute("name") || document.activeElement.className || document.activeElement.tagName) + ""`
	b.do(chromedp.Navigate(origin+"/signin/password?hop=hop-password"), chromedp.WaitReady(chromedp.CSS("#password:focus")))
	if at := ask[string](b, focused); at != "password" {
		t.Fatalf("the page opens at %q; the password is expected", at)
	}
	b.do(chromedp.KeyEvent("secret"), chromedp.KeyEvent(kb.Tab))
	if label := ask[string](b, `document.activeElement.dataset.reveal || ""`); label != "password" {
		t.Errorf("after the password comes %q; the button that shows it is expected", ask[string](b, focused))
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	if kind := ask[string](b, `document.getElementById("password").type`); kind != "text" {
		t.Errorf("the password is %q after it was to be shown", kind)
	}
	b.do(chromedp.SendKeys(chromedp.CSS("#password"), kb.Enter), chromedp.WaitVisible(chromedp.CSS("pre.reference")))
	if p.input.Password != "secret" {
		t.Errorf("the pipeline got %q", p.input.Password)
	}
}

// TestBrowserCopies: one press copies the reference, and what is copied leads
// back to the attempt.
func TestBrowserCopies(t *testing.T) {
	b := openTab(t)
	origin := listenAt(t, func(origin string) http.Handler { return serve(t, showing(), origin) })
	b.do(chromedp.Navigate(origin + "/signin/refusal?hop=hop-refusal-location&lang=ja"))
	ask[bool](b, `(() => { window.copied = ""; navigator.clipboard.writeText = async (t) => { copied = t }; return true })()`)
	b.do(chromedp.Click(chromedp.CSS("[data-copy]")), chromedp.WaitVisible(chromedp.CSS("[data-copied]:not(:empty)")))
	found := result.Find(ask[string](b, "copied"))
	if code, _ := found.Code(); code != result.BlockedByConditionalAccess || found.RequestID != "9f6b2f7c-3a34-4c9b-9d0e-2f3a5b6c7d8e" ||
		found.CorrelationID != "0d5f1f0a-6f0e-4a63-8a55-3c1c5f2b9a10" || !found.Time.Equal(then) {
		t.Errorf("what was copied is read as %+v", found)
	}
	// On paper there is nothing to press, and the reference is there.
	b.media("print", "light")
	b.do(chromedp.WaitNotVisible(chromedp.CSS("[data-copy]")), chromedp.WaitNotVisible(chromedp.CSS(".languages")), chromedp.WaitVisible(chromedp.CSS("#reference")))
	b.keep("refusal-print")
}
