package signin

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// Parts are what a Pipeline works with. All are required unless said otherwise.
type Parts struct {
	Directory directory.Directory
	Sessions  session.Sessions
	Attempts  Attempts
	Histories Shelf[risk.History] // by tenant and user
	Crowds    Shelf[risk.Crowd]   // by tenant and address
	Proofs    Shelf[Used]         // nonces that a device answered
	Log       Log
	// Transact runs f in one transaction of the store that all the others
	// above join by f's context; f may run more than once.
	Transact  func(ctx context.Context, f func(context.Context) error) error
	Passwords *factor.Passwords
	Passkeys  *factor.Passkeys // nil: there are none
	// Places tells where addresses are; nil: not known.
	Places risk.Places
	// HopKey signs hops and device challenges: 32 random bytes, the same on
	// every node, and kept.
	HopKey []byte
	// Issuer is the server's address, https://host: what a device proof is
	// made for, and what an authenticator app shows besides the tenant.
	Issuer        string
	EngineVersion string // for the records
	Now           func() time.Time
	Random        io.Reader // nil: crypto/rand
}

// Log keeps sign-in records. Append must take part in the transaction of its
// context, and may not keep the records afterwards.
type Log interface {
	Append(ctx context.Context, records ...*signinlog.Record) error
}

// Shelf keeps values of one kind under keys; a *store.Shelf[T] does.
type Shelf[T any] interface {
	// Create fails with fault.Conflict if the key is taken.
	Create(ctx context.Context, key string, expires time.Time, value T) error
	// Get and Update fail with fault.NotFound if there is none.
	Get(ctx context.Context, key string) (T, error)
	Update(ctx context.Context, key string, f func(value *T, expires *time.Time) error) (T, error)
}

// Pipeline answers requests. It is safe for concurrent use.
type Pipeline struct {
	parts Parts
	sets  policySets
}

// New returns a Pipeline. It fails if a part is missing.
func New(parts Parts) (*Pipeline, error) {
	switch {
	case len(parts.HopKey) < 32:
		return nil, fmt.Errorf("set the pipeline up: the hop key has %d bytes; 32 are expected", len(parts.HopKey))
	case parts.Passwords == nil || parts.Now == nil || parts.Transact == nil || parts.Log == nil:
		return nil, errors.New("set the pipeline up: passwords, clock, transactions and log are required")
	case parts.Sessions == nil || parts.Attempts == nil || parts.Histories == nil || parts.Crowds == nil || parts.Proofs == nil:
		return nil, errors.New("set the pipeline up: sessions, attempts, histories, crowds and proofs are required")
	}
	if parts.Random == nil {
		parts.Random = rand.Reader
	}
	parts.Random = &lockedReader{r: parts.Random}
	p := &Pipeline{parts: parts}
	return p, p.sets.init()
}

// lockedReader makes a source of randomness safe for concurrent use.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(b)
}

// stage is one step of SI-101. It returns nil if it is met; else what stops the
// attempt here. An error means that the machine broke.
type stage struct {
	name result.Stage
	run  func(*run) (*stop, error)
}

// stages are what an interactive request must meet, in order. The request
// itself (P1) is the front's to read. Tenant restrictions (P6) have their place
// after the resource.
var stages = []stage{
	{result.StageTenant, (*run).findTenant},
	{result.StageClient, (*run).findClient},
	{result.StageReplyAddress, (*run).matchReply},
	{result.StageResource, (*run).findResource},
	{result.StageSession, (*run).useSession},
	{result.StageUser, (*run).findUser},
	{result.StageLockout, (*run).checkLock},
	{result.StageFirstFactor, (*run).proveFirst},
	{result.StageCrossTenant, (*run).crossTenant},
	{result.StageDevice, (*run).proveDevice},
	{result.StageConditionalAccess, (*run).decide}, // and P14, which it leads to
	{result.StageAssignment, (*run).checkAssignment},
	{result.StageConsent, (*run).checkConsent},
	{result.StagePrompt, (*run).keepSignedIn},
}

// advance runs the stages in order, to the first that is not met.
func (r *run) advance(stages []stage) (*stop, error) {
	for _, s := range stages {
		stopped, err := s.run(r)
		if err != nil {
			return nil, err
		}
		if stopped != nil {
			stopped.stage = s.name
			return stopped, nil
		}
	}
	return nil, nil
}

// stop is why an attempt does not go on by itself.
type stop struct {
	stage result.Stage
	// code is what the log says; zero: nothing, a page that every attempt
	// shows. told is what people are told, if that is less. silently is the
	// code where no page is possible; zero: the same.
	code, told, silently result.Code
	// page is where the person can go on; empty: they are refused.
	page Page
	// fill completes the page.
	fill func(*Step)
	// toClient: the protocol tells the client, not a page.
	toClient bool
	// quiet: the record of this code was written, or none is due.
	quiet bool
	// claims is a claims challenge for the client.
	claims string
}

// refuse stops with a code that ends the attempt.
func refuse(code result.Code) (*stop, error) { return &stop{code: code}, nil }

// Begin starts an interactive request. With PromptNone, or where a session
// answers everything, it is over at once.
func (p *Pipeline) Begin(ctx context.Context, caller Caller, request Request) (Answer, error) {
	r, err := p.begin(ctx, caller, request)
	if err != nil {
		return Answer{}, err
	}
	return r.answer()
}

// Refuse answers a request in which the front itself found a fault, before the
// pipeline could begin (P1). The answer is a page: what cannot be read names no
// client that could be told.
func (p *Pipeline) Refuse(ctx context.Context, caller Caller, request Request, code result.Code) (Answer, error) {
	r, err := p.begin(ctx, caller, request)
	if err != nil {
		return Answer{}, err
	}
	if _, err := r.findTenant(); err != nil {
		return Answer{}, err
	}
	if r.tenant != nil {
		if _, err := r.findClient(); err != nil {
			return Answer{}, err
		}
	}
	return r.stopped(&stop{stage: result.StageRequest, code: code})
}

// begin makes the run of a new attempt.
func (p *Pipeline) begin(ctx context.Context, caller Caller, request Request) (*run, error) {
	r, err := p.newRun(ctx, caller)
	if err != nil {
		return nil, err
	}
	id := make([]byte, 16)
	if _, err := io.ReadFull(p.parts.Random, id); err != nil {
		return nil, fmt.Errorf("read randomness for an attempt: %w", err)
	}
	if caller.Browser == "" {
		if r.caller.Browser, err = session.NewSecret(p.parts.Random); err != nil {
			return nil, err
		}
		r.cookies.Browser = &Cookie{Value: r.caller.Browser}
	}
	r.rules, request.ReplyRules = request.ReplyRules, nil
	r.a = &Attempt{
		ID: hex.EncodeToString(id), Browser: r.caller.Browser.Key(), Request: request, Correlation: r.caller.Correlation,
		Created: directory.Instant(r.now), Touched: directory.Instant(r.now), ProvesDevice: caller.ProvesDevice,
	}
	r.a.lifetimes(directory.Settings{}.WithDefaults().Lifetimes)
	r.silent = request.Prompt&PromptNone != 0
	return r, nil
}

// Show returns the page that an attempt is at.
func (p *Pipeline) Show(ctx context.Context, caller Caller, hop string) (Answer, error) {
	r, stopped, err := p.resume(ctx, caller, hop, false)
	if err != nil || stopped != nil {
		return r.lost(stopped, err)
	}
	if r.a.Page == pageDone {
		return Answer{Return: r.returnPath()}, nil
	}
	step := *r.a.Shown
	step.Hop = p.sign(r.hop())
	return Answer{Step: &step}, nil
}

// Submit takes what a page posted and finds the next step. A hop is good for
// one Submit (50089).
func (p *Pipeline) Submit(ctx context.Context, caller Caller, hop string, input Input) (Answer, error) {
	r, stopped, err := p.resume(ctx, caller, hop, true)
	if err != nil || stopped != nil {
		return r.lost(stopped, err)
	}
	switch {
	case r.a.Page == pageDone:
		return Answer{Return: r.returnPath()}, nil
	case input.Action == ActionOtherAccount:
		r.a.forget()
	default:
		r.input, r.inputPage = &input, r.a.Page
	}
	r.a.Refused = nil
	return r.answer()
}

// Finish gives the front that began an attempt its end, once: after Commit of
// the grant, or with a refusal for the client, the attempt is gone. All stages
// run again: what was granted to a page a minute ago is asked once more.
func (p *Pipeline) Finish(ctx context.Context, caller Caller, hop string) (Answer, error) {
	r, stopped, err := p.resume(ctx, caller, hop, true)
	if err != nil || stopped != nil {
		return r.lost(stopped, err)
	}
	if r.a.Page != pageDone {
		return r.show()
	}
	if refused := r.a.Refused; refused != nil {
		_, err := p.parts.Attempts.Take(ctx, r.a.ID)
		switch {
		case errors.Is(err, fault.NotFound):
			return r.lost(&stop{code: result.FlowTokenExpired, quiet: true}, nil)
		case err != nil:
			return Answer{}, err
		}
		return Answer{Refusal: refused}, nil
	}
	r.finishing = true
	return r.answer()
}

// newRun makes a run; its ids are the caller's if those are GUIDs.
func (p *Pipeline) newRun(ctx context.Context, caller Caller) (*run, error) {
	for _, id := range []*string{&caller.RequestID, &caller.Correlation} {
		if *id = directory.Fold(*id); directory.IsGUID(*id) {
			continue
		}
		var err error
		if *id, err = directory.NewID(p.parts.Random); err != nil {
			return nil, err
		}
	}
	return &run{p: p, ctx: ctx, now: p.parts.Now().UTC(), caller: &caller, interactive: true}, nil
}

// change is the author of what a person changes in a sign-in.
func (r *run) change() directory.Change {
	by := directory.Actor{Kind: directory.ActorSystem}
	if u := r.account; u != nil {
		by = directory.Actor{Kind: directory.ActorUser, ID: string(u.ID), Name: u.UserPrincipalName}
	}
	if r.caller.Address.IsValid() {
		by.IP = r.caller.Address.String()
	}
	return directory.Change{At: r.now, By: by, Correlation: r.correlation()}
}

// methodsOf are the methods that policies know of in a sign-in.
func methodsOf(in *session.SignIn, secondSince time.Time) access.Methods {
	var m access.Methods
	for _, f := range in.Factors {
		if (f.First && !f.Multi) || !f.At.Before(directory.Instant(secondSince)) {
			m |= f.Method
		}
	}
	return m
}
