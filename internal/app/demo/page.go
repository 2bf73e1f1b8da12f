package demo

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/sallyport-id/sallyport/internal/factor"
)

//go:embed pages
var pageFiles embed.FS

// pages are the sample app's pages by name.
type pages map[string]*template.Template

func readPages() (pages, error) {
	all := pages{}
	for _, name := range []string{"home", "visit", "lost", "authenticator", "tv", "signedout"} {
		t, err := template.New("layout.html").ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("read the demo's page %s: %w", name, err)
		}
		all[name] = t
	}
	return all, nil
}

// view is what a page shows.
type view struct {
	Title string
	Guise Guise
	// Words for the guise, for the line on top of every page.
	Place, Platform, Device string
	Body                    any
}

// show writes a page.
func (d *Demo) show(w http.ResponseWriter, q *http.Request, status int, name, title string, body any) {
	v := view{Title: title, Guise: guiseOf(q), Body: body}
	v.Place, v.Platform, v.Device = places[0].Name, "", ""
	for _, p := range places {
		if p.Key == v.Guise.Place {
			v.Place = p.Name
		}
	}
	for _, p := range platforms {
		if p.Key == v.Guise.Platform {
			v.Platform = p.Name
		}
	}
	for _, one := range devices {
		if one.Key == v.Guise.Device {
			v.Device = one.Name
		}
	}
	var b bytes.Buffer
	if err := d.pages[name].Execute(&b, v); err != nil {
		d.router.Fail(w, q, http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // whoever left needs no page
}

// enter sends a visitor of the address alone to the demo.
func (d *Demo) enter(w http.ResponseWriter, q *http.Request) {
	http.Redirect(w, q, "/demo", http.StatusSeeOther)
}

// style answers the style sheet.
func (d *Demo) style(w http.ResponseWriter, _ *http.Request) {
	text, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		http.Error(w, "no style", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(text) // whoever left needs no style
}

// showHome shows what there is to try.
func (d *Demo) showHome(w http.ResponseWriter, q *http.Request) {
	d.show(w, q, http.StatusOK, "home", "What would you like to try?", struct {
		Apps      []app
		People    []GuidePerson
		Places    []place
		Platforms []platform
		Devices   []device
		Password  string
		Policies  []GuidePolicy
	}{apps, d.Guide().People, places, platforms, devices, Password, d.Guide().Policies})
}

// showVisit shows what the app got, or was refused.
func (d *Demo) showVisit(w http.ResponseWriter, q *http.Request) {
	var copied visit
	d.visits.of(w, q, func(v *visit) {
		copied = *v
		copied.Log = append([]exchange(nil), v.Log...)
	})
	a, known := appOf(copied.App)
	if !known {
		http.Redirect(w, q, "/demo", http.StatusSeeOther)
		return
	}
	title := "You are in " + a.Name
	if copied.Refused != nil {
		title = a.Name + " was refused"
	}
	d.show(w, q, http.StatusOK, "visit", title, struct {
		visit
		Name string
	}{copied, a.Name})
}

// signedOut ends a sign-out.
func (d *Demo) signedOut(w http.ResponseWriter, q *http.Request) {
	d.show(w, q, http.StatusOK, "signedout", "You are signed out", nil)
}

// authenticator shows the code of the one authenticator app that the demo has
// registered, for who has no telephone at hand.
func (d *Demo) authenticator(w http.ResponseWriter, q *http.Request) {
	type shown struct {
		Name, Code string
		Seconds    int
	}
	var list []shown
	now := d.parts.Now()
	for i := range people {
		p := &people[i]
		if !p.authenticator {
			continue
		}
		held, err := d.d.Credentials.Credentials(q.Context(), Tenant, userID(p.id))
		if err != nil {
			d.router.Fail(w, q, http.StatusInternalServerError)
			return
		}
		for _, t := range held.TOTP {
			if t.ID != authenticatorID {
				continue
			}
			code, err := factor.TOTPCode(t.Secret, now)
			if err != nil {
				d.router.Fail(w, q, http.StatusInternalServerError)
				return
			}
			list = append(list, shown{p.name + "@" + Domain, code, 30 - int(now.Unix()%30)})
		}
	}
	w.Header().Set("Refresh", fmt.Sprint(int(10*time.Second/time.Second)))
	d.show(w, q, http.StatusOK, "authenticator", "Codes of the demo's authenticator", list)
}
