package signin

import (
	"context"
	"errors"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
)

// Exchange is a token request whose tenant and client are known (P2, P3). The
// front authenticates the client (T1) and accepts the artefact (T2), each with
// Refuse where it does not, and then asks Evaluate. It is for one request.
type Exchange struct {
	Tenant directory.Tenant
	App    directory.Application
	Client directory.ServicePrincipal

	run *run
}

// Open begins a token request.
func (p *Pipeline) Open(ctx context.Context, caller Caller, request Request) (*Exchange, *Refusal, error) {
	r, err := p.newRun(ctx, caller)
	if err != nil {
		return nil, nil, err
	}
	request.ReplyRules = nil
	r.interactive, r.silent = false, true
	r.a = &Attempt{Request: request, Correlation: r.caller.Correlation, Created: r.now}
	stopped, err := r.advance([]stage{
		{result.StageTenant, (*run).findTenant},
		{result.StageClient, (*run).findClient},
	})
	if err != nil {
		return nil, nil, err
	}
	if stopped != nil {
		refusal, err := r.refused(stopped)
		return nil, refusal, err
	}
	return &Exchange{Tenant: *r.tenant, App: *r.app, Client: *r.client, run: r}, nil, nil
}

// refused records what stopped a token request and shapes it for the client.
func (r *run) refused(s *stop) (*Refusal, error) {
	if s.silently != 0 {
		s.code, s.told = s.silently, 0
	}
	r.record(s)
	refusal := r.refusal(s)
	refusal.Silent = true
	return refusal, r.commit(func(context.Context) error { return nil })
}

// About is what a front knows of the request that it refuses itself.
type About struct {
	// User and SignIn are as the code or grant kept them; zero: not known.
	User   access.UserID
	SignIn session.SignIn
	// SessionID is the sid of the artefact.
	SessionID  string
	Artefact   Artefact
	Credential ClientCredential
}

// Refuse refuses with a code of the front's own stages (T1 to T3), and records
// it.
func (x *Exchange) Refuse(ctx context.Context, code result.Code, about About) (*Refusal, error) {
	r := x.run
	r.ctx = ctx
	r.subject = &Subject{Artefact: about.Artefact, Credential: about.Credential}
	r.a.SignIn, r.a.SessionID = about.SignIn, about.SessionID
	if about.User != "" {
		user, err := r.p.parts.Directory.Users.Get(ctx, r.tenant.ID, about.User)
		switch {
		case err == nil:
			r.user = &user
		case !errors.Is(err, fault.NotFound):
			return nil, err
		}
	}
	stage := result.StageGrant
	if entry, ok := result.Lookup(code); ok {
		stage = entry.Stage
	}
	return r.refused(&stop{stage: stage, code: code})
}

// tokenStages are what every token issue runs again, with today's policies,
// people and devices (SI-342). T2's own part comes first: whether what the
// artefact stands for was revoked.
var tokenStages = []stage{
	{result.StageResource, (*run).findResource},
	{result.StageGrant, (*run).checkArtefact},
	{result.StageUser, (*run).findUser},
	{result.StageLockout, (*run).checkLock},
	{result.StageFirstFactor, (*run).proveFirst},
	{result.StageCrossTenant, (*run).crossTenant},
	{result.StageDevice, (*run).proveDevice},
	{result.StageConditionalAccess, (*run).decide},
	{result.StageAssignment, (*run).checkAssignment},
	{result.StageConsent, (*run).checkConsent},
}

// Evaluate decides whether a token may be issued for a subject.
func (x *Exchange) Evaluate(ctx context.Context, subject Subject) (*Grant, *Refusal, error) {
	r := x.run
	r.ctx, r.subject, r.redirect = ctx, &subject, subject.Redirect
	r.a.SignIn, r.a.SessionID = subject.SignIn, subject.SessionID
	r.a.Account = account{subject.SignIn.TenantID, subject.SignIn.UserID}
	if subject.Artefact == FromPassword {
		r.a.Name, r.a.Account = directory.Fold(subject.Name), account{}
		r.input, r.inputPage = &Input{Password: subject.Password}, PagePassword
	}
	stopped, err := r.advance(tokenStages)
	if err != nil {
		return nil, nil, err
	}
	if stopped != nil {
		refusal, err := r.refused(stopped)
		return nil, refusal, err
	}
	return r.grant(), nil, nil
}

// checkArtefact is T2 as far as it is not the front's: whether the sign-in that
// the code or grant stands for still holds (50173).
func (r *run) checkArtefact() (*stop, error) {
	s := r.subject
	if s == nil || s.Artefact == NoArtefact || s.Artefact == FromPassword {
		return nil, nil
	}
	d := r.p.parts.Directory.Users
	accounts := []account{r.a.Account} // the account itself last: the record tells it
	if s.User != "" && (account{r.tenant.ID, s.User}) != r.a.Account {
		accounts = []account{{r.tenant.ID, s.User}, r.a.Account}
	}
	for _, a := range accounts {
		user, err := d.Get(r.ctx, a.Tenant, a.User)
		switch {
		case errors.Is(err, fault.NotFound):
			return refuse(result.FreshTokenNeeded)
		case err != nil:
			return nil, err
		}
		r.account = &user
		switch r.a.SignIn.StandingOf(&user, r.now) {
		case session.Revoked:
			return refuse(result.FreshTokenNeeded)
		case session.Ended:
			return refuse(result.ExpiredOrRevokedGrant)
		}
	}
	return nil, nil
}
