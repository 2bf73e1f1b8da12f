package web

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

//go:embed templates
var templateFiles embed.FS

// view is what a page shows. The words are those of the reader's language.
type view struct {
	*words
	// Title is the page's name and, unless Body has a longer one, its headline.
	Title string
	// Path is the page's address without the query.
	Path      string
	Languages []languageLink
	Tenant    signin.TenantView
	App       signin.AppView
	User      *signin.UserView
	Notice    *notice
	// Hop goes into each form of a sign-in page.
	Hop       string
	Reference *reference
	Body      any
}

// Help is whom to ask, as the tenant says.
func (v *view) Help() directory.HelpContact { return v.Tenant.Help }

// readPages parses the pages, each with the layout and the parts that pages
// share.
func readPages(a assets) (map[string]*template.Template, error) {
	layout, err := template.New("layout").Funcs(template.FuncMap{
		"asset": a.Path, "picture": picture, "otpauth": authenticatorLink, "tel": phoneLink, "why": whyPassword,
	}).ParseFS(templateFiles, "templates/layout.html", "templates/parts/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the layout: %w", err)
	}
	files, err := fs.Glob(templateFiles, "templates/pages/*.html")
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("read the pages: found %d: %w", len(files), err)
	}
	pages := map[string]*template.Template{}
	for _, file := range files {
		page, err := layout.Clone()
		if err == nil {
			page, err = page.ParseFS(templateFiles, file)
		}
		if err != nil {
			return nil, fmt.Errorf("read page %s: %w", file, err)
		}
		pages[strings.TrimSuffix(path.Base(file), ".html")] = page
	}
	return pages, nil
}

// picture returns the address of a picture that is inside the page.
func picture(png []byte) template.URL {
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)) //nolint:gosec // base64 holds nothing to escape
}

// authenticatorLink lets a link to an authenticator app through, which
// html/template does not know as harmless.
func authenticatorLink(uri string) template.URL {
	if !strings.HasPrefix(uri, "otpauth://totp/") {
		return ""
	}
	return template.URL(uri) //nolint:gosec // the scheme was checked; the attribute is escaped
}

// phoneLink returns the address that calls a number.
func phoneLink(number string) template.URL {
	digits := strings.Map(func(r rune) rune {
		if r == '+' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, number)
	return template.URL("tel:" + digits) //nolint:gosec // digits only
}

// whyPassword names the reason for which a password is to be changed.
func whyPassword(code result.Code) string {
	switch code {
	case result.InvalidPasswordExpiredPassword, result.InvalidPasswordExpiredOnPremPassword:
		return "expired"
	case result.PasswordChangeRequiredConditionalAccess, result.PasswordChangeCompromisedPassword:
		return "rule"
	}
	return "asked"
}

// Others are the other ways to prove what the page asks for.
func (v *view) Others() []signin.Page {
	step, ok := v.Body.(*signin.Step)
	switch {
	case !ok:
		return nil
	case step.FirstFactor != nil:
		return step.FirstFactor.Others
	case step.SecondFactor != nil:
		return step.SecondFactor.Others
	case step.Passkey != nil:
		return step.Passkey.Others
	case step.EnrolCode != nil:
		return step.EnrolCode.Others
	}
	return nil
}

// newView returns a view for a request's language and address.
func (f *Front) newView(w http.ResponseWriter, q *http.Request, account string) *view {
	words := f.words(w, q, account)
	return &view{words: words, Path: q.URL.Path, Languages: f.languageLinks(words.Lang, q.URL.Path, q.URL.Query())}
}

// at says where the page is, if not at the address that was asked for.
func (f *Front) at(v *view, path string, query url.Values) {
	v.Path, v.Languages = path, f.languageLinks(v.Lang, path, query)
}

// show writes a page. It is built as a whole first: half a page is worse than
// a failure.
func (f *Front) show(w http.ResponseWriter, q *http.Request, name string, status int, v *view) {
	var b bytes.Buffer
	if err := f.build(&b, name, v); err != nil {
		route.Of(q).Note("page", err.Error())
		f.router.Fail(w, q, http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.Lang))
	h.Set("Content-Security-Policy", policy(v))
	// With no-referrer a browser posts our own forms with "Origin: null",
	// which the guard against forged posts must refuse where it has nothing
	// else to go by. Other sites still learn nothing.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	route.AskHints(w)
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // whoever left needs no page
}

func (f *Front) build(b *bytes.Buffer, name string, v *view) error {
	page, ok := f.pages[name]
	if !ok {
		return fmt.Errorf("there is no page %q", name)
	}
	return page.ExecuteTemplate(b, "layout.html", v)
}

// policy is what the page may load and do: our style sheet, script and pictures,
// nothing inline, in nobody's frame. A picture inside the page is only the QR
// code.
//
// A form may lead to us, and to the app that gets the last answer: browsers
// hold a policy against redirects after a post, too.
func policy(v *view) string {
	images, forms := "'self'", "'self'"
	if s, ok := v.Body.(*signin.Step); ok && s.EnrolCode != nil {
		images += " data:" // the QR code
	}
	if to := v.App.ReplyTo; to != "" && !strings.ContainsAny(to, " ;,'\"") {
		forms += " " + to
	}
	return "default-src 'none'; style-src 'self'; script-src 'self'; img-src " + images +
		"; form-action " + forms + "; base-uri 'none'; frame-ancestors 'none'"
}
