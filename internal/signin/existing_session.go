package signin

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
)

// candidate is an account of the browser's session that may use the tenant.
type candidate struct {
	in   session.SignIn
	user directory.User // where it authenticates
	here bool           // it has an object in the addressed tenant
}

// useSession is P7: whoever is signed in already, if that will do.
func (r *run) useSession() (*stop, error) {
	if r.subject != nil {
		return r.checkArtefact()
	}
	broken, err := r.readSession()
	if err != nil {
		return nil, err
	}
	if r.a.Account.User != "" || r.a.Name != "" && r.kept {
		return r.checkProofs()
	}
	candidates, err := r.candidates()
	if err != nil {
		return nil, err
	}
	if in, ok := r.take(PageAccount); ok {
		return r.choose(in, candidates)
	}
	stopped, err := r.choice(candidates)
	if stopped == nil || err != nil || broken == 0 {
		return stopped, err
	}
	stopped.code, stopped.told, stopped.silently = broken, 0, broken
	return stopped, nil
}

// readSession reads the session of the browser's cookie. It returns the code
// of what is wrong with a session that the browser has and may not use.
func (r *run) readSession() (broken result.Code, err error) {
	if r.caller.Session == "" {
		return 0, nil
	}
	s, err := r.p.parts.Sessions.Get(r.ctx, r.caller.Session.Key())
	switch {
	case errors.Is(err, fault.NotFound):
		return result.SsoArtifactInvalidOrExpired, nil
	case err != nil:
		return 0, err
	case s.Expired(r.now), r.a.Request.SessionHint != "" && r.a.Request.SessionHint != s.ID:
		return result.SsoArtifactInvalidOrExpired, nil
	}
	r.session = &s
	return 0, nil
}

// candidates returns the accounts of the session: those of this tenant, and
// those of others, with whether they are guests here.
func (r *run) candidates() ([]candidate, error) {
	if r.session == nil {
		return nil, nil
	}
	var list []candidate
	d := &r.p.parts.Directory
	for _, in := range r.session.SignIns {
		user, err := d.Users.Get(r.ctx, in.TenantID, in.UserID)
		switch {
		case errors.Is(err, fault.NotFound):
			continue
		case err != nil:
			return nil, err
		}
		c := candidate{in: in, user: user, here: in.TenantID == r.tenant.ID}
		if !c.here {
			switch _, err := d.Users.ByHome(r.ctx, r.tenant.ID, in.TenantID, in.UserID); {
			case err == nil:
				c.here = true
			case !errors.Is(err, fault.NotFound):
				return nil, err
			}
		}
		list = append(list, c)
	}
	return list, nil
}

// choice chooses an account of the session where nothing has to be asked.
func (r *run) choice(candidates []candidate) (*stop, error) {
	hint := directory.Fold(r.a.Request.LoginHint)
	if hint != "" && !r.a.Pick {
		for _, c := range candidates {
			if c.user.UserPrincipalName == hint && !c.in.SignedOut {
				return r.pick(c, candidates)
			}
		}
		if r.silent {
			return r.noSession(candidates)
		}
		r.a.Name = hint // not one of the session's: it has to be proved
		return nil, nil
	}
	usable := slices.DeleteFunc(slices.Clone(candidates), func(c candidate) bool { return !c.here || c.in.SignedOut })
	switch {
	case r.a.Pick || r.a.Request.Prompt&PromptSelectAccount != 0:
		return r.askAccount(candidates, 0)
	case len(usable) == 1:
		return r.pick(usable[0], candidates)
	case len(usable) > 1:
		s, err := r.askAccount(candidates, result.UserAccountSelectionInvalid)
		s.silently = result.InteractionRequired
		return s, err
	}
	return r.noSession(candidates)
}

// noSession stops where the session has nobody who could be used. An account
// that is signed in and unknown here is told so (16003).
func (r *run) noSession(candidates []candidate) (*stop, error) {
	signedIn := slices.DeleteFunc(slices.Clone(candidates), func(c candidate) bool { return c.in.SignedOut })
	if len(signedIn) == 1 && !signedIn[0].here {
		return r.pick(signedIn[0], candidates)
	}
	s, err := r.askAccount(candidates, 0)
	s.silently = result.UserInformationNotProvided
	return s, err
}

// pick takes an account of the session, with its proofs unless the client wants
// new ones.
func (r *run) pick(c candidate, all []candidate) (*stop, error) {
	if !c.here {
		r.account = &c.user // for the record
		s, err := r.askAccount(all, result.SsoUserAccountNotFoundInResourceTenant)
		s.silently = result.SsoUserAccountNotFoundInResourceTenant
		return s, err
	}
	r.a.Name = c.user.UserPrincipalName
	r.a.Account = account{c.in.TenantID, c.in.UserID}
	r.a.SignIn, r.a.FromSession = c.in, true
	r.a.SessionID = r.session.ID
	if c.in.SignedOut {
		r.a.SignIn = session.SignIn{TenantID: c.in.TenantID, UserID: c.in.UserID}
	}
	if r.a.Request.Prompt&PromptLogin != 0 {
		r.a.FirstSince = r.a.Created
	}
	return r.checkProofs()
}

// checkProofs looks at the proofs of the chosen account again: sessions may be
// revoked and passwords changed between two pages.
func (r *run) checkProofs() (*stop, error) {
	if !r.proved() {
		return nil, nil
	}
	if r.a.FromSession && r.session == nil { // signed out meanwhile, in another window
		return r.dropProofs(result.SsoArtifactInvalidOrExpired), nil
	}
	user, err := r.p.parts.Directory.Users.Get(r.ctx, r.a.Account.Tenant, r.a.Account.User)
	switch {
	case errors.Is(err, fault.NotFound):
		return r.dropProofs(result.SsoArtifactInvalidOrExpired), nil
	case err != nil:
		return nil, err
	}
	r.account = &user
	switch r.a.SignIn.StandingOf(&user, r.now) {
	case session.Revoked:
		return r.dropProofs(result.SsoArtifactRevoked), nil
	case session.Ended:
		return r.dropProofs(result.SsoArtifactInvalidOrExpired), nil
	}
	return nil, nil
}

// dropProofs forgets what was proved; the person proves it again.
func (r *run) dropProofs(code result.Code) *stop {
	name := r.a.SignIn
	r.a.SignIn = session.SignIn{TenantID: name.TenantID, UserID: name.UserID}
	r.a.FromSession, r.a.Saved = false, false
	r.input = nil // it was for a page of who was signed in
	s, err := r.askFirst(code)
	if err != nil || r.silent {
		return &stop{code: code}
	}
	return s
}

// askAccount shows the account picker.
func (r *run) askAccount(candidates []candidate, code result.Code) (*stop, error) {
	page := &AccountsPage{Hint: directory.Fold(r.a.Request.LoginHint)}
	for _, c := range candidates {
		page.Accounts = append(page.Accounts, Account{
			Key: string(c.in.TenantID) + "/" + string(c.in.UserID), Name: c.user.UserPrincipalName, DisplayName: c.user.DisplayName, SignedOut: c.in.SignedOut,
		})
	}
	if !r.silent && r.p.parts.Passkeys != nil {
		options, ceremony, err := r.p.parts.Passkeys.AskAnyone()
		if err != nil {
			return &stop{}, err
		}
		r.a.Question = &question{ceremony, options}
		page.Passkey = options
	}
	return &stop{code: code, page: PageAccount, fill: func(s *Step) {
		s.Accounts, s.User = page, nil
	}}, nil
}

// choose takes the answer of the account picker: an account of the session, a
// typed name, or a passkey, which names its account.
func (r *run) choose(in Input, candidates []candidate) (*stop, error) {
	asked := r.a.Question
	r.a.Question = nil
	switch {
	case len(in.Passkey) > 0 && asked != nil:
		r.a.Question = asked
		r.input, r.inputPage = &in, PagePasskey
		r.a.Switched = PagePasskey
		return nil, nil
	case in.Account != "":
		for _, c := range candidates {
			if in.Account == string(c.in.TenantID)+"/"+string(c.in.UserID) {
				return r.pick(c, candidates)
			}
		}
	case strings.TrimSpace(in.Name) != "":
		r.a.Name = directory.Fold(in.Name)
		if len(r.a.Name) > 1024 {
			r.a.Name = ""
			break
		}
		return nil, nil
	}
	return r.askAccount(candidates, 0)
}

// keepSession puts what was proved here into the browser's session, under a new
// key: a cookie from before the proof gains nothing by it.
func (r *run) keepSession() error {
	a := r.a
	if a.FromSession || a.Saved || !r.proved() {
		return nil
	}
	secret, err := session.NewSecret(r.p.parts.Random)
	if err != nil {
		return err
	}
	now := session.Session{IP: r.caller.Address, UserAgent: r.caller.UserAgent, Created: directory.Instant(r.now)}
	if r.session != nil {
		now = *r.session
	} else if now.ID, err = directory.NewID(r.p.parts.Random); err != nil {
		return err
	}
	r.shapeSession(&now, secret.Key())
	a.SessionID, a.Saved = now.ID, true
	r.effects = append(r.effects, func(ctx context.Context) error { return r.writeSession(ctx, now) })
	r.cookies.Session = &Cookie{Value: secret}
	if now.Persistent {
		r.cookies.Session.Expires = now.Expires
	}
	return nil
}

// shapeSession enters the sign-in into a session, and how long that lasts: a
// policy says whether it outlives the browser, or else the person's answer.
func (r *run) shapeSession(s *session.Session, key session.Key) {
	s.Key = key
	s.Add(r.a.SignIn)
	switch {
	case r.controls.PersistentBrowser == access.PersistentAlways, r.controls.PersistentBrowser == 0 && r.a.KMSI == session.Yes:
		s.Persistent = true
	case r.controls.PersistentBrowser == access.PersistentNever, r.a.KMSI == session.No:
		s.Persistent = false
	}
	life := r.tenant.Settings.Lifetimes.Session
	if s.Persistent {
		life = r.tenant.Settings.Lifetimes.SessionPersistent
	}
	s.LastUsed, s.Expires = directory.Instant(r.now), directory.Instant(r.now.Add(life))
}

// writeSession writes a session in place of the one that the browser has, or as
// a new one if that was signed out meanwhile, in another window.
func (r *run) writeSession(ctx context.Context, now session.Session) error {
	sessions := r.p.parts.Sessions
	if r.session == nil {
		return sessions.Create(ctx, now)
	}
	_, err := sessions.Update(ctx, r.session.Key, func(s *session.Session) error {
		r.shapeSession(s, now.Key)
		return nil
	})
	if errors.Is(err, fault.NotFound) {
		now.SignIns = []session.SignIn{r.a.SignIn}
		return sessions.Create(ctx, now)
	}
	return err
}

// touchSession moves the end of a session that answered a request by itself.
func (r *run) touchSession() {
	s := r.session
	if s == nil {
		return
	}
	moved := *s
	if !moved.Touch(r.now, r.tenant.Settings.Lifetimes) {
		return
	}
	r.effects = append(r.effects, func(ctx context.Context) error {
		_, err := r.p.parts.Sessions.Update(ctx, s.Key, func(s *session.Session) error {
			s.Touch(r.now, r.tenant.Settings.Lifetimes)
			return nil
		})
		if errors.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	if s.Persistent {
		r.cookies.Session = &Cookie{Value: r.caller.Session, Expires: moved.Expires}
	}
}
