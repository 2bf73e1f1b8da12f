package signin

import (
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/result"
)

// checkConsent is P16: the permissions that nobody allowed yet (§5.11). What is
// granted is what was asked and is covered; for ".default", what the client
// declares and everything that is granted already.
func (r *run) checkConsent() (*stop, error) {
	if r.resource == nil || r.appOnly() {
		return nil, nil
	}
	granted, err := r.consented()
	if err != nil {
		return nil, err
	}
	if r.resource.App == nil { // registered nowhere here: only what an admin wrote down can be granted
		if slices.ContainsFunc(r.scopes.names, func(name string) bool { return !covered(granted, name) }) {
			return refuse(result.AdminConsentRequired)
		}
		return nil, nil
	}
	wanted := r.wantedScopes(granted)
	var open []directory.Scope
	for _, s := range wanted {
		if !covered(granted, s.Value) && !r.resource.App.PreAuthorizes(r.app.AppID, s.ID) {
			open = append(open, s)
		}
	}
	ask := open
	if r.a.Request.Prompt&PromptConsent != 0 && !r.a.Consented && r.subject == nil {
		ask = wanted
	}
	if len(ask) > 0 {
		if stopped, err := r.answerConsent(ask, open); stopped != nil || err != nil {
			return stopped, err
		}
	}
	r.scopes.names = nil
	for _, s := range wanted {
		r.scopes.names = append(r.scopes.names, s.Value)
	}
	return nil, nil
}

// consented returns the consents of the client for the resource that cover the
// person.
func (r *run) consented() ([]directory.Consent, error) {
	return r.p.parts.Directory.Consents.For(r.ctx, r.tenant.ID, r.client.ID, r.resource.Principal.ID, r.user.ID)
}

func covered(granted []directory.Consent, scope string) bool {
	return slices.ContainsFunc(granted, func(g directory.Consent) bool { return g.Covers(scope) })
}

// wantedScopes are the permissions that the request comes to.
func (r *run) wantedScopes(granted []directory.Consent) []directory.Scope {
	app := r.resource.App
	var list []directory.Scope
	add := func(s directory.Scope, ok bool) {
		if ok && !s.Disabled && !slices.ContainsFunc(list, func(o directory.Scope) bool { return o.ID == s.ID }) {
			list = append(list, s)
		}
	}
	for _, name := range r.scopes.names {
		add(app.ScopeByName(name))
	}
	if !r.scopes.all {
		return list
	}
	for _, required := range r.app.Required {
		if required.Resource != app.AppID {
			continue
		}
		for _, s := range app.Scopes {
			add(s, slices.Contains(required.Scopes, s.ID))
		}
	}
	for _, g := range granted {
		for _, name := range g.Scopes {
			add(app.ScopeByName(name))
		}
	}
	return list
}

// answerConsent asks for consent, or takes the answer. Nothing is returned if
// it was given. Of what is asked only the open part is not allowed yet.
func (r *run) answerConsent(ask, open []directory.Scope) (*stop, error) {
	code := r.consentCode(open)
	if in, ok := r.take(PageConsent); ok && !r.silent && r.subject == nil {
		switch {
		case in.Action == ActionDecline:
			return toClient(result.UserDeclinedConsent)
		case in.Action == ActionAccept && code == result.DelegationDoesNotExist:
			return nil, r.allow(open)
		}
	}
	if r.silent || r.subject != nil {
		if len(open) == 0 {
			return nil, nil
		}
		return refuse(result.DelegationDoesNotExist)
	}
	page := &ConsentPage{Resource: r.resource.Principal.DisplayName, MayConsent: code == result.DelegationDoesNotExist}
	for _, s := range ask {
		page.Scopes = append(page.Scopes, ConsentScope{Name: s.Value, DisplayName: s.DisplayName, Description: s.Description})
	}
	return &stop{code: code, page: PageConsent, fill: func(s *Step) { s.Consent = page }}, nil
}

// consentCode is 65001 where the person may consent, else who can.
func (r *run) consentCode(ask []directory.Scope) result.Code {
	may := func(s directory.Scope) bool {
		switch {
		case s.AdminOnly || r.client.AssignmentRequired:
			return false
		case r.tenant.Settings.UserConsent == directory.ConsentAll:
			return true
		case r.tenant.Settings.UserConsent == directory.ConsentLowImpact:
			return s.LowImpact && (r.app.VerifiedPublisher || r.app.TenantID == r.tenant.ID)
		}
		return false
	}
	if r.mayConsentForAll() || !slices.ContainsFunc(ask, func(s directory.Scope) bool { return !may(s) }) {
		return result.DelegationDoesNotExist
	}
	if r.tenant.Settings.AdminConsentRequests {
		return result.AdminConsentRequiredRequestAccess
	}
	return result.AdminConsentRequired
}

// mayConsentForAll reports whether the person holds a role that may consent to
// anything for themselves.
func (r *run) mayConsentForAll() bool {
	for _, role := range r.roles {
		if role == directory.RoleGlobalAdministrator || role == "158c047a-c907-4556-b7ef-446551a6b5f7" || role == "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3" {
			return true // Cloud Application Administrator, Application Administrator
		}
	}
	return false
}

// allow records the person's consent.
func (r *run) allow(scopes []directory.Scope) error {
	r.a.Consented = true
	if len(scopes) == 0 {
		return nil
	}
	id, err := directory.NewID(r.p.parts.Random)
	if err != nil {
		return err
	}
	consent := directory.Consent{
		ID: directory.ConsentID(id), TenantID: r.tenant.ID, Client: r.client.ID, Resource: r.resource.Principal.ID, User: access.UserID(r.user.ID),
	}
	for _, s := range scopes {
		consent.Add(strings.TrimSpace(s.Value))
	}
	_, err = r.p.parts.Directory.Consents.Allow(r.ctx, r.change(), consent)
	return err
}
