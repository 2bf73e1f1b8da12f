package signin

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/risk"
)

// gather collects the facts on which access is decided, once for each pass. A
// fact that nobody knows stays unknown; what a policy makes of that is its own
// matter.
func (r *run) gather() error {
	if r.facts != nil {
		return nil
	}
	set, err := r.p.compiledFor(r.ctx, r.tenant)
	if err != nil {
		return err
	}
	if err := r.memberships(r.ctx); err != nil {
		return err
	}
	f := &access.Facts{
		Groups: access.Known(r.groups), Roles: access.Known(r.roles),
		Audiences: access.Known(r.audiences()), UserAction: access.Known(access.UserActionNone), AuthenticationContext: access.Known(""),
		Client:           access.Known(access.Client{AppID: r.app.AppID, Confidential: r.confidential()}),
		ClientApp:        access.Known(r.clientKind()),
		Platform:         platformOf(r.seen()),
		CompliantNetwork: r.caller.CompliantNetwork,
		Device:           access.Known[*access.Device](nil),
		Flow:             access.Known(r.flow()),
		Interactive:      access.Known(!r.silent && r.subject == nil),
		SignInRisk:       access.Known(access.RiskNone),
		CustomControls:   access.Known[[]string](nil),
	}
	if r.device != nil {
		f.Device = access.Known(r.device.Facts())
	}
	if err := r.gatherPlace(f); err != nil {
		return err
	}
	if r.appOnly() {
		r.gatherApp(f)
	} else if err := r.gatherPerson(f, set); err != nil {
		return err
	}
	r.facts, r.set = f, set
	return nil
}

// gatherPlace adds the address and what is known of it.
func (r *run) gatherPlace(f *access.Facts) error {
	addr := r.seen().Address
	if !addr.IsValid() {
		return nil
	}
	f.IP = access.Known(addr.Unmap())
	place, err := r.placeOf(addr)
	if err != nil {
		return err
	}
	if place.CountryKnown {
		f.Country = access.Known(place.Country)
	}
	return nil
}

// gatherApp adds what is known of an app that signs in as itself. Nothing here
// weighs the risk of apps: none was found.
func (r *run) gatherApp(f *access.Facts) {
	f.UserID, f.AgentID = access.Known(access.UserID("")), access.Known(access.ServicePrincipalID(""))
	f.ServicePrincipalID = access.Known(r.client.ID)
	f.ServicePrincipalRisk = access.Known(access.RiskNone)
	f.ServicePrincipalAttributes = access.Known(r.client.FilterAttributes())
	f.ServicePrincipalInScope = access.Known(r.client.InWorkloadScope(r.app))
}

// gatherPerson adds what is known of the person and of their proofs.
func (r *run) gatherPerson(f *access.Facts, set *compiled) error {
	u := r.user
	f.UserID, f.UserType, f.GuestTypes = access.Known(u.ID), access.Known(u.AccessType()), access.Known(u.GuestTypes())
	if home := u.HomeTenant(); home != "" {
		f.HomeTenantID = access.Known(home)
	}
	if u.External != nil {
		// No settings trust another tenant's claims yet, and ours tell
		// nothing of what was proved there but what is in the sign-in.
		f.InboundTrust, f.HomeClaims = access.Known(access.InboundTrust{}), access.Known(access.HomeClaims{})
	}
	f.PasswordChanged, f.RiskRemediated = access.Known(r.a.SignIn.PasswordChanged), access.Known(r.a.SignIn.Remediated)
	f.Scopes = access.Known(r.policyScopes())
	r.gatherMethods(f)
	if err := r.assess(f); err != nil {
		return err
	}
	held, err := r.credentials()
	if err != nil {
		return err
	}
	f.MFARegistered = access.Known(held.MFARegistered())
	if !set.usesTerms {
		return nil
	}
	accepted, err := r.p.parts.Directory.Agreements.Accepted(r.ctx, r.tenant.ID, u.ID, r.now)
	f.AcceptedTermsOfUse = access.Known(accepted)
	return err
}

// gatherMethods adds the proofs that still count: a second factor that is older
// than a demand for a new one does not (50078).
func (r *run) gatherMethods(f *access.Facts) {
	f.Methods = access.Known(methodsOf(&r.a.SignIn, r.secondSince()))
	f.FIDO2AAGUID = access.Known("")
	for _, p := range r.a.SignIn.Factors {
		if p.Method == access.FIDO2 {
			f.FIDO2AAGUID = access.Known(p.AAGUID)
		}
	}
}

// seen is from where and with what the person came. A confidential client
// redeems a code from its own server; the person's browser is what counts.
func (r *run) seen() *Caller {
	s := r.subject
	if s == nil || s.Artefact != FromCode || s.Seen == nil || !r.confidential() {
		return r.caller
	}
	seen := Caller{UserAgent: s.Seen.UserAgent, Hints: s.Seen.Hints}
	if addr, err := netip.ParseAddr(s.Seen.Address); err == nil {
		seen.Address = addr
	}
	return &seen
}

// confidential reports whether the client can keep a secret here: it has one,
// and the answer goes to its server.
func (r *run) confidential() bool {
	return r.app != nil && r.app.Confidential() && r.redirect != directory.RedirectSPA && r.redirect != directory.RedirectPublic
}

// flow is how the sign-in moves between devices; what began it sticks (CA-96).
func (r *run) flow() access.Flows {
	f := (r.a.Request.Flow | r.a.SignIn.Flow) &^ access.FlowNone
	if f == 0 {
		return access.FlowNone
	}
	return f
}

// audiences are the resources that are asked for, and the client itself where
// it is confidential and asks for an ID token (CA-30).
func (r *run) audiences() []access.Audience {
	list := []access.Audience{}
	if r.resource != nil {
		list = append(list, access.Audience{AppID: r.resource.Principal.AppID, Attributes: access.Known(r.resource.Principal.FilterAttributes())})
	}
	if r.confidential() && slices.Contains(r.scopes.identity, "openid") && (r.resource == nil || r.resource.Principal.AppID != r.app.AppID) {
		list = append(list, access.Audience{AppID: r.app.AppID, Attributes: access.Known(r.client.FilterAttributes())})
	}
	return list
}

// policyScopes are the scopes as policies know them: those of Microsoft Graph
// by name alone, others with their resource (CA-38).
func (r *run) policyScopes() []string {
	list := slices.Clone(r.scopes.identity)
	names := r.scopes.names
	if r.scopes.all {
		names = []string{defaultScope}
	}
	for _, name := range names {
		if r.resource != nil && r.resource.Principal.AppID != AppGraph {
			name = strings.TrimSuffix(r.scopes.resource, "/") + "/" + name
		}
		list = append(list, name)
	}
	return list
}

// placeOf looks an address up, once for each pass.
func (r *run) placeOf(addr netip.Addr) (risk.Place, error) {
	if r.place == nil {
		r.place = &risk.Place{}
		if r.p.parts.Places != nil {
			p, err := r.p.parts.Places.Look(addr)
			if err != nil {
				return risk.Place{}, err
			}
			r.place = &p
		}
	}
	return *r.place, nil
}

// assess adds the risk of the sign-in and of the person. A server's address
// says nothing of where the person is, so a confidential client's refresh is
// weighed by the person's risk alone.
func (r *run) assess(f *access.Facts) error {
	if r.risk == nil {
		person, err := stored(r, r.p.parts.Histories, string(r.account.TenantID)+"/"+string(r.account.ID))
		if err != nil {
			return err
		}
		attempt := risk.Attempt{Now: r.now}
		var crowd risk.Crowd
		if r.subject == nil || !r.confidential() {
			attempt.Addr = r.caller.Address
			if attempt.Addr.IsValid() {
				if attempt.Place, err = r.placeOf(attempt.Addr); err != nil {
					return err
				}
			}
			if r.subject == nil {
				if crowd, err = stored(r, r.p.parts.Crowds, r.crowdKey()); err != nil {
					return err
				}
			}
		}
		found := risk.Assess(attempt, &person, &crowd)
		r.risk = &found
	}
	f.SignInRisk, f.UserRisk = access.Known(r.risk.SignIn), access.Known(r.risk.User)
	return nil
}

// stored reads a value from a shelf; the zero value if there is none.
func stored[T any](r *run, shelf Shelf[T], key string) (T, error) {
	value, err := shelf.Get(r.ctx, key)
	if errors.Is(err, fault.NotFound) {
		var none T
		return none, nil
	}
	return value, err
}
