package signin

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// run is one pass of the stages over an attempt, for one request. What the
// stages find out stays in it; what must outlive it is in the attempt.
type run struct {
	p      *Pipeline
	ctx    context.Context
	now    time.Time
	caller *Caller
	a      *Attempt
	// serial is that of the attempt when it was read; kept: it was read.
	serial uint32
	kept   bool
	// input is what the page inputPage posted, until a stage takes it.
	input     *Input
	inputPage Page
	rules     func(*directory.Application, directory.RedirectType) result.Code

	interactive bool     // begun by a person at the authorize endpoint
	silent      bool     // no page is possible
	finishing   bool     // the front waits for the grant
	subject     *Subject // at the token endpoint

	// By stage.
	tenant    *directory.Tenant                 // P2
	app       *directory.Application            // P3
	client    *directory.ServicePrincipal       // P3
	redirect  directory.RedirectType            // P4
	resource  *Resource                         // P5
	scopes    wanted                            // P5
	session   *session.Session                  // P7
	home      *directory.Tenant                 // P8: where the account authenticates
	account   *directory.User                   // P8: the account there; nil: nobody has the name
	held      *directory.UserCredentials        // of the account, when asked for
	user      *directory.User                   // P11: its object in the tenant
	device    *directory.Device                 // P12
	groups    []access.GroupID                  // P13
	roles     []access.RoleID                   // P13
	facts     *access.Facts                     // P13
	set       *compiled                         // P13
	decided   *access.Explanation               // P13: what the record tells
	decidedOn *access.Facts                     // the facts of decided
	controls  access.SessionControls            // P13
	contexts  []signinlog.AuthenticationContext // P13
	acrs      []string                          // P13
	place     *risk.Place
	risk      *risk.Assessment
	demanded  string   // what demanded a second factor, for the record
	appRoles  []string // P15

	failed  []signinlog.AuthenticationStep // proofs that failed in this run
	records []*signinlog.Record
	effects []write // what to write together with the attempt
	cookies Cookies
}

// write is one effect of a run, in the transaction that keeps the attempt.
type write func(ctx context.Context) error

// resume reads the attempt of a hop. Once: the hop must be for the page that
// the attempt is at.
func (p *Pipeline) resume(ctx context.Context, caller Caller, text string, once bool) (*run, *stop, error) {
	r, err := p.newRun(ctx, caller)
	if err != nil {
		return nil, nil, err
	}
	gone := &stop{code: result.FlowTokenExpired, stage: result.StageFirstFactor}
	h, ok := p.open(text)
	if !ok {
		gone.quiet = true // nobody knows whose it is
		return r, gone, nil
	}
	a, err := p.parts.Attempts.Get(ctx, h.attempt)
	switch {
	case errors.Is(err, fault.NotFound):
		gone.quiet = true
		return r, gone, nil
	case err != nil:
		return r, nil, err
	}
	if caller.Browser == "" || a.Browser != caller.Browser.Key() {
		r.a = &Attempt{Request: a.Request, TenantID: a.TenantID, Correlation: a.Correlation}
		return r, gone, nil
	}
	r.a, r.serial, r.kept = &a, a.Serial, true
	r.caller.Correlation = a.Correlation
	if a.expired(r.now) || once && (h.serial != a.Serial || h.page != a.Page) {
		return r, gone, nil
	}
	return r, nil, nil
}

// lost answers a hop that leads nowhere. Who is bound to a living attempt may
// go on where it is; whose attempt expired may begin it anew.
func (r *run) lost(stopped *stop, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	if r.a == nil {
		r.a = &Attempt{}
	}
	if r.a.TenantID != "" {
		if _, err := r.findTenant(); err != nil {
			return Answer{}, err
		}
	}
	if r.kept && r.a.expired(r.now) {
		return r.restart(stopped)
	}
	refusal := r.refusal(stopped)
	step := &Step{
		Page: PageRefusal, Passing: true, Code: refusal.Code, RequestID: refusal.RequestID, Correlation: refusal.Correlation, Time: r.now,
		Tenant: refusal.Tenant, App: refusal.App, Refusal: refusal,
	}
	if r.kept {
		step.Hop = r.p.sign(r.hop())
	}
	if !stopped.quiet {
		r.record(stopped)
	}
	return Answer{Step: step, Cookies: r.cookies}, r.commit(func(context.Context) error { return nil })
}

// restart puts a new attempt for the same request in place of one that expired.
func (r *run) restart(stopped *stop) (Answer, error) {
	old := r.a
	fresh, err := r.p.begin(r.ctx, *r.caller, old.Request)
	if err != nil {
		return Answer{}, err
	}
	fresh.a.Correlation = old.Correlation
	fresh.effects = append(fresh.effects, func(ctx context.Context) error { return r.p.parts.Attempts.Delete(ctx, old.ID) })
	fresh.tenant = r.tenant
	// The request and its tenant stay what they were, for the record too.
	fresh.a.TenantID, fresh.a.Idle, fresh.a.Total, fresh.a.ProvesDevice = old.TenantID, old.Idle, old.Total, old.ProvesDevice
	return fresh.stopped(&stop{stage: stopped.stage, code: stopped.code})
}

// answer runs the stages and turns what comes of them into an answer.
func (r *run) answer() (Answer, error) {
	stopped, err := r.advance(stages)
	switch {
	case err != nil:
		return Answer{}, err
	case stopped != nil:
		return r.stopped(stopped)
	case r.finishing || !r.kept && r.a.FromSession:
		grant := r.grant()
		return Answer{Grant: grant, Cookies: r.cookies}, nil
	}
	return r.done(nil)
}

// stopped answers with a page, or a refusal to a person or to the client.
func (r *run) stopped(s *stop) (Answer, error) {
	if r.silent && s.silently != 0 {
		s.code = s.silently
	}
	if s.code != 0 && !s.quiet {
		r.record(s)
	}
	if s.page != "" && !r.silent {
		return r.ask(s)
	}
	refusal := r.refusal(s)
	switch {
	case !r.tellsClient(s):
		return r.ask(&stop{code: s.code, told: s.told, page: PageRefusal, fill: func(step *Step) { step.Refusal = refusal }})
	case r.kept && !r.finishing:
		return r.done(refusal)
	case r.kept:
		r.effects = append(r.effects, func(ctx context.Context) error { return r.p.parts.Attempts.Delete(ctx, r.a.ID) })
	}
	return Answer{Refusal: refusal, Cookies: r.cookies}, r.commit(func(context.Context) error { return nil })
}

// tellsClient reports whether a refusal is for the client. A client that was
// not found, or whose reply address was not, is never told (SI-137).
func (r *run) tellsClient(s *stop) bool {
	if s.stage <= result.StageClient || s.stage == result.StageReplyAddress && !s.toClient {
		return false
	}
	if r.silent || s.toClient {
		return true
	}
	entry, ok := result.Lookup(s.code)
	return ok && entry.Authorize.Answer == result.AnswerRedirect
}

// ask keeps the attempt at a page and answers with the page.
func (r *run) ask(s *stop) (Answer, error) {
	a := r.a
	code := s.code
	if s.told != 0 {
		code = s.told
	}
	step := &Step{
		Page: s.page, Code: code, RequestID: r.caller.RequestID, Correlation: r.correlation(), Time: r.now,
		Tenant: r.tenantView(), App: r.appView(), User: r.userView(),
	}
	if s.fill != nil {
		s.fill(step)
	}
	a.Page, a.Shown = s.page, step
	if err := r.keep(); err != nil {
		return r.afterKeep(err)
	}
	shown := *step
	shown.Hop = r.p.sign(r.hop())
	return Answer{Step: &shown, Cookies: r.cookies}, nil
}

// done ends the pages: the session learns what was proved, and the browser goes
// back to the front that began.
func (r *run) done(refused *Refusal) (Answer, error) {
	if refused == nil {
		if err := r.keepSession(); err != nil {
			return Answer{}, err
		}
	}
	r.a.Page, r.a.Shown, r.a.Refused = pageDone, nil, refused
	if err := r.keep(); err != nil {
		return r.afterKeep(err)
	}
	return Answer{Return: r.returnPath(), Cookies: r.cookies}, nil
}

// show answers with the page that the attempt is at.
func (r *run) show() (Answer, error) {
	step := *r.a.Shown
	step.Hop = r.p.sign(r.hop())
	return Answer{Step: &step, Cookies: r.cookies}, nil
}

// errMoved means that another request moved the attempt on meanwhile.
var errMoved = errors.New("the attempt went on meanwhile")

// keep persists the attempt with everything else that the run writes, in one
// transaction.
func (r *run) keep() error {
	a := r.a
	a.Touched = directory.Instant(r.now)
	a.Serial++
	return r.commit(func(ctx context.Context) error {
		if !r.kept {
			return r.p.parts.Attempts.Create(ctx, a.ID, a.keptUntil(), *a)
		}
		_, err := r.p.parts.Attempts.Update(ctx, a.ID, func(now *Attempt, expires *time.Time) error {
			if now.Serial != r.serial {
				return errMoved
			}
			*now, *expires = *a, a.keptUntil()
			return nil
		})
		return err
	})
}

// afterKeep answers where keeping failed: an attempt that moved on, or is over,
// makes the hop a used one (50089).
func (r *run) afterKeep(err error) (Answer, error) {
	if !errors.Is(err, errMoved) && !(r.kept && errors.Is(err, fault.NotFound)) {
		return Answer{}, err
	}
	fresh, err := r.p.newRun(r.ctx, *r.caller)
	if err != nil {
		return Answer{}, err
	}
	now, err := r.p.parts.Attempts.Get(r.ctx, r.a.ID)
	switch {
	case err == nil:
		fresh.a, fresh.serial, fresh.kept = &now, now.Serial, true
	case errors.Is(err, fault.NotFound):
		fresh.a = &Attempt{Request: r.a.Request, TenantID: r.a.TenantID, Correlation: r.a.Correlation}
	default:
		return Answer{}, err
	}
	return fresh.lost(&stop{stage: result.StageFirstFactor, code: result.FlowTokenExpired}, nil)
}

// commit writes everything that the run wants written, and what f writes, in
// one transaction.
func (r *run) commit(f write) error {
	if len(r.effects)+len(r.records) == 0 && r.a == nil {
		return nil
	}
	return r.p.parts.Transact(r.ctx, func(ctx context.Context) error {
		if err := f(ctx); err != nil {
			return err
		}
		for _, effect := range r.effects {
			if err := effect(ctx); err != nil {
				return err
			}
		}
		if len(r.records) == 0 {
			return nil
		}
		return r.p.parts.Log.Append(ctx, r.records...)
	})
}

// take returns what a page posted, if it was this page; once.
func (r *run) take(page Page) (Input, bool) {
	if r.input == nil || r.inputPage != page {
		return Input{}, false
	}
	in := *r.input
	r.input = nil
	return in, true
}

// hop returns the hop of the page that the attempt is at.
func (r *run) hop() hop { return hop{attempt: r.a.ID, serial: r.a.Serial, page: r.a.Page} }

// returnPath returns where the browser goes when the pages are done.
func (r *run) returnPath() string {
	path := r.a.Request.Return
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return path + separator + "hop=" + url.QueryEscape(r.p.sign(r.hop()))
}

// correlation returns the correlation id of the attempt.
func (r *run) correlation() string {
	if r.a != nil && r.a.Correlation != "" {
		return r.a.Correlation
	}
	return r.caller.Correlation
}

func (r *run) tenantView() TenantView {
	if r.tenant == nil {
		return TenantView{}
	}
	return TenantView{ID: r.tenant.ID, DisplayName: r.tenant.DisplayName, Help: r.tenant.Settings.Help}
}

func (r *run) appView() AppView {
	if r.app == nil || r.client == nil {
		return AppView{}
	}
	return AppView{
		ID: r.app.AppID, DisplayName: r.client.DisplayName, HomeURL: r.client.HomeURL, ReplyTo: r.replyTo(), Verified: r.app.VerifiedPublisher,
	}
}

// replyTo returns the origin of the reply address, or its scheme where it has
// no host; empty if the address is not registered.
func (r *run) replyTo() string {
	if r.a == nil {
		return ""
	}
	uri := r.a.Request.RedirectURI
	if _, ok := r.app.Redirects.Match(uri); !ok {
		return ""
	}
	switch u, err := url.Parse(uri); {
	case err != nil:
		return ""
	case u.Host == "":
		return u.Scheme + ":"
	default:
		return u.Scheme + "://" + u.Host
	}
}

// userView tells who is signing in. Before the first factor is proved it is
// what was typed, and nothing that would tell whether anybody has the name.
func (r *run) userView() *UserView {
	switch {
	case r.a == nil:
		return nil
	case r.account != nil && r.proved():
		return &UserView{Name: r.account.UserPrincipalName, DisplayName: r.account.DisplayName, Language: r.account.PreferredLanguage}
	case r.a.Name != "":
		return &UserView{Name: r.a.Name}
	case r.account != nil: // picked from the session, which knows the name
		return &UserView{Name: r.account.UserPrincipalName}
	}
	return nil
}

// proved reports whether the first factor was proved.
func (r *run) proved() bool { return !r.a.SignIn.FirstFactorAt().IsZero() }
