package oidc

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/token"
)

// signedOutPath is the web front's page for who has signed out.
const signedOutPath = "/signed-out"

// logout ends the browser's session (OpenID Connect RP-Initiated Logout,
// SI-365). Tokens live on: single sign-out revokes sessions only (§3.6).
func (f *Front) logout(w http.ResponseWriter, q *http.Request) {
	p, ok := f.authorizeParameters(w, q)
	if !ok {
		return
	}
	hint, err := f.parts.Tokens.Read(p.get("id_token_hint"), f.router.Now())
	if err != nil && !errors.Is(err, token.ErrExpired) || hint.Access {
		hint = token.Read{} // a hint that cannot be read hints at nobody
	}
	ended, err := f.endSession(w, q, p, &hint)
	if err != nil {
		f.brokenToPerson(w, q, err)
		return
	}
	clients, err := f.clientsOf(q.Context(), ended)
	if err != nil {
		f.brokenToPerson(w, q, err)
		return
	}
	next, err := f.afterLogout(q.Context(), p, &hint, clients)
	if err != nil {
		f.brokenToPerson(w, q, err)
		return
	}
	if frames := f.frames(clients, ended); len(frames) > 0 {
		f.tellClients(w, q, frames, next)
		return
	}
	seeOther(w, next)
}

// ended is what a sign-out ended.
type ended struct {
	session  string // its sid; empty: nothing
	accounts []session.SignIn
}

// endSession signs the hinted account out, or all of them if none is hinted.
func (f *Front) endSession(w http.ResponseWriter, q *http.Request, p parameters, hint *token.Read) (ended, error) {
	cookie := f.router.Cookie(q, route.SessionCookie)
	if cookie == "" {
		return ended{}, nil
	}
	ctx := q.Context()
	held, err := f.parts.Sessions.Get(ctx, cookie.Key())
	switch {
	case errors.Is(err, fault.NotFound):
		f.router.SetCookie(w, route.SessionCookie, "", time.Time{})
		return ended{}, nil
	case err != nil:
		return ended{}, err
	}
	hinted, accounts, err := f.hinted(ctx, &held, p, hint)
	if err != nil {
		return ended{}, err
	}
	if !hinted {
		accounts = held.SignIns
	}
	out := ended{session: held.ID, accounts: accounts}
	if hinted && len(accounts) == 0 {
		return ended{}, nil // the hint is of somebody who is not signed in here
	}
	stays := func(in session.SignIn) bool { return !in.SignedOut && !contains(accounts, in) }
	if !slices.ContainsFunc(held.SignIns, stays) {
		f.router.SetCookie(w, route.SessionCookie, "", time.Time{})
		return out, f.parts.Sessions.Delete(ctx, held.Key)
	}
	_, err = f.parts.Sessions.Update(ctx, held.Key, func(s *session.Session) error {
		for i := range s.SignIns {
			if contains(accounts, s.SignIns[i]) {
				s.SignIns[i] = session.SignIn{TenantID: s.SignIns[i].TenantID, UserID: s.SignIns[i].UserID, SignedOut: true}
			}
		}
		return nil
	})
	if errors.Is(err, fault.NotFound) {
		err = nil
	}
	return out, err
}

func contains(list []session.SignIn, in session.SignIn) bool {
	return slices.ContainsFunc(list, func(o session.SignIn) bool { return o.TenantID == in.TenantID && o.UserID == in.UserID })
}

// hinted returns the accounts of a session that the request names, and whether
// it names any.
func (f *Front) hinted(ctx context.Context, held *session.Session, p parameters, hint *token.Read) (bool, []session.SignIn, error) {
	name := directory.Fold(p.get("logout_hint"))
	if name == "" && hint.Object == "" {
		return false, nil, nil
	}
	var home access.UserID
	if hint.Object != "" {
		user, err := f.parts.Directory.Users.Get(ctx, hint.Tenant, access.UserID(hint.Object))
		if err != nil && !errors.Is(err, fault.NotFound) {
			return false, nil, err
		}
		if err == nil {
			home, _ = token.HomeOf(&user)
		}
	}
	var list []session.SignIn
	for _, in := range held.SignIns {
		user, err := f.parts.Directory.Users.Get(ctx, in.TenantID, in.UserID)
		switch {
		case errors.Is(err, fault.NotFound):
			continue
		case err != nil:
			return false, nil, err
		case home != "" && in.UserID == home, name != "" && user.UserPrincipalName == name:
			list = append(list, in)
		}
	}
	return true, list, nil
}

// clientsOf returns the apps that were signed in to in the session that ended.
func (f *Front) clientsOf(ctx context.Context, out ended) ([]directory.Application, error) {
	if out.session == "" {
		return nil, nil
	}
	grants, err := f.parts.Grants.List(ctx, session.GrantsOf{SessionID: out.session}, 1000)
	if err != nil {
		return nil, err
	}
	var apps []directory.Application
	for _, g := range grants {
		known := slices.ContainsFunc(apps, func(a directory.Application) bool { return a.AppID == g.Client })
		if known || !contains(out.accounts, g.SignIn) {
			continue
		}
		app, err := f.parts.Directory.Applications.ByAppID(ctx, g.Client)
		switch {
		case errors.Is(err, fault.NotFound):
			continue
		case err != nil:
			return nil, err
		}
		apps = append(apps, app)
	}
	return apps, nil
}

// afterLogout returns where the browser goes: to an address that a client has
// registered, of those that the request names or, if it names none, that were
// in the session. Anywhere else would be an open redirect.
func (f *Front) afterLogout(ctx context.Context, p parameters, hint *token.Read, clients []directory.Application) (string, error) {
	wanted := p.get("post_logout_redirect_uri")
	if wanted == "" {
		return signedOutPath, nil
	}
	named := directory.Fold(access.AppID(p.get("client_id")))
	if hint.App != "" {
		if named != "" && named != hint.App {
			return signedOutPath, nil
		}
		named = hint.App
	}
	if named != "" {
		app, err := f.parts.Directory.Applications.ByAppID(ctx, named)
		switch {
		case errors.Is(err, fault.NotFound):
			return signedOutPath, nil
		case err != nil:
			return "", err
		}
		clients = []directory.Application{app}
	}
	for i := range clients {
		_, registered := clients[i].Redirects.Match(wanted)
		if !registered && !slices.Contains(clients[i].LogoutRedirects, wanted) {
			continue
		}
		if state := p.get("state"); state != "" {
			separator := "?"
			if strings.Contains(wanted, "?") {
				separator = "&"
			}
			return withPath(wanted) + separator + url.Values{"state": {state}}.Encode(), nil
		}
		return wanted, nil
	}
	return signedOutPath, nil
}

// frames returns the addresses at which apps are told (OpenID Connect
// Front-Channel Logout §3).
func (f *Front) frames(clients []directory.Application, out ended) []string {
	var list []string
	for i := range clients {
		u, err := url.Parse(clients[i].LogoutURL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			continue
		}
		query := u.Query()
		query.Set("sid", out.session)
		query.Set("iss", f.parts.Tokens.Name(clients[i].TenantID))
		u.RawQuery = query.Encode()
		list = append(list, u.String())
	}
	return list
}

// framesPage tells the apps, each in a frame that nobody sees, and goes on.
// The wait is for slow apps; nothing is lost but their being told.
var framesPage = template.Must(template.New("frontchannel").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Signing out</title><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2;url={{.Next}}"></head>
<body>{{range .Frames}}<iframe src="{{.}}" title="" hidden></iframe>{{end}}<p><a href="{{.Next}}">Continue</a></p></body></html>
`))

func (f *Front) tellClients(w http.ResponseWriter, q *http.Request, frames []string, next string) {
	var origins []string
	for _, frame := range frames {
		if u, err := url.Parse(frame); err == nil {
			origins = append(origins, u.Scheme+"://"+u.Host)
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; frame-src "+strings.Join(origins, " "))
	err := framesPage.Execute(w, struct {
		Frames []string
		Next   template.URL
	}{frames, template.URL(next)}) // a path of ours or a registered address
	if err != nil {
		route.Of(q).Note("failure", err.Error())
	}
}
