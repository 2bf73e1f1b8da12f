package signin

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// Grant is the answer yes: what a front may issue, and to whom. Nothing has
// been issued and no success recorded until Commit returned nil.
type Grant struct {
	RequestID, Correlation string
	Time                   time.Time
	Tenant                 directory.Tenant
	App                    directory.Application // the client
	Client                 directory.ServicePrincipal
	// Redirect is the type under which the reply address is registered;
	// empty where there is none.
	Redirect directory.RedirectType
	// Resource is nil where only identity scopes were asked for.
	Resource *Resource

	// User is the account's object in the tenant; nil for an app that signs
	// in as itself. SignIn tells how the account was proved.
	User      *directory.User
	SignIn    session.SignIn
	SessionID string
	Device    *directory.Device // that proved itself; nil: none
	Groups    []access.GroupID
	Roles     []access.RoleID
	AppRoles  []string // values of the roles claim for Resource, or the client

	Scopes Scopes
	// Contexts are the authentication contexts that are satisfied (acrs).
	Contexts []string
	// Methods are the values of the amr claim (RFC 8176).
	Methods  []string
	Controls access.SessionControls
	// Until ends everything that is issued, because a proof in it does;
	// zero: no end of its own.
	Until time.Time
	// Seen is where the person was; a code keeps it for Subject.Seen.
	Seen Seen
	// Request is the request as it was begun, with the front's State.
	Request Request

	run *run
}

// Resource is the app whose permissions are asked for.
type Resource struct {
	App       *directory.Application // nil if no tenant here registered it
	Principal directory.ServicePrincipal
}

// Scopes are what was asked for and granted.
type Scopes struct {
	// Identity are openid, profile, email, offline_access, as far as asked.
	Identity []string `json:"identity,omitempty"`
	// Permissions are the granted scopes of the resource, without its name:
	// the scp claim.
	Permissions []string `json:"permissions,omitempty"`
	// Asked are all scopes as they were asked, to be echoed (SI-425).
	Asked []string `json:"asked,omitempty"`
}

// Seen is from where and with what a person came.
type Seen struct {
	Address   string             `json:"address,omitempty"`
	UserAgent string             `json:"userAgent,omitempty"`
	Hints     Hints              `json:"hints,omitzero"`
	DeviceID  directory.DeviceID `json:"deviceId,omitempty"`
}

// Issued is what a front issued, for the record.
type Issued struct {
	// TokenID is the token's uti claim; empty where no token was issued yet,
	// as for a code.
	TokenID string
	// Details are more lines for the record, such as "Oauth Scope Info".
	Details []signinlog.KeyValue
}

// grant is what the run may issue, all stages being met.
func (r *run) grant() *Grant {
	r.touchSession()
	g := &Grant{
		RequestID: r.caller.RequestID, Correlation: r.correlation(), Time: r.now,
		Tenant: *r.tenant, App: *r.app, Client: *r.client, Redirect: r.redirect, Resource: r.resource,
		User: r.user, SignIn: r.a.SignIn, SessionID: r.a.SessionID, Device: r.device,
		Groups: r.groups, Roles: r.roles, AppRoles: r.appRoles,
		Scopes:   Scopes{Identity: r.scopes.identity, Permissions: r.permissions(), Asked: r.scopes.asked},
		Contexts: r.acrs, Methods: methodsClaim(&r.a.SignIn), Controls: r.controls, Until: r.a.SignIn.Until(),
		Request: r.a.Request, run: r,
	}
	g.SignIn.Flow = r.flow() &^ access.FlowNone
	g.Seen = Seen{UserAgent: r.seen().UserAgent, Hints: r.seen().Hints, Address: r.ipText()}
	if r.device != nil {
		g.Seen.DeviceID = r.device.DeviceID
	}
	return g
}

// permissions are the granted scopes of the resource. An app that signs in as
// itself has roles instead.
func (r *run) permissions() []string {
	if r.resource == nil || r.appOnly() {
		return nil
	}
	return slices.Clone(r.scopes.names)
}

// Commit keeps what was issued: f writes it, and the record of success is
// written with it, in one transaction; and the attempt is over. Nothing may be
// given to the client before Commit returned nil. The error is f's, or
// fault.Conflict if the attempt was finished already by another request.
func (g *Grant) Commit(ctx context.Context, issued Issued, f func(context.Context) error) error {
	r := g.run
	rec := r.newRecord(result.Success)
	rec.UniqueTokenIdentifier, rec.AuthenticationProcessingDetails = issued.TokenID, issued.Details
	log := r.p.parts.Log
	return r.p.parts.Transact(ctx, func(ctx context.Context) error {
		if r.kept {
			switch _, err := r.p.parts.Attempts.Take(ctx, r.a.ID); {
			case errors.Is(err, fault.NotFound):
				return fault.Wrap(fault.Conflict, err, "This sign-in was finished already.")
			case err != nil:
				return err
			}
		}
		if err := f(ctx); err != nil {
			return err
		}
		for _, effect := range r.effects {
			if err := effect(ctx); err != nil {
				return err
			}
		}
		if r.kept && r.account != nil { // proved here: it becomes what is usual
			if err := r.remember(ctx, r.succeeded); err != nil {
				return err
			}
		}
		return log.Append(ctx, append(r.records, rec)...)
	})
}

// succeeded remembers a sign-in that was let in.
func (r *run) succeeded(h *risk.History) {
	place := risk.Place{}
	if r.place != nil {
		place = *r.place
	}
	h.Succeeded(r.caller.Address, place, r.now)
	if r.risk != nil && r.a.SignIn.SecondFactorAt().IsZero() {
		h.Raise(*r.risk, r.now) // more than one factor remediates the risk (CA-79)
	}
}
