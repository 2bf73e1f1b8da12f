package storetest

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/store"
)

func (s suite) sessions(t *testing.T) {
	db := s.open(t)
	ctx, all := t.Context(), db.Sessions()
	tenant := Tenant(t, db, "contoso.example")
	ann, bob := User(t, db, tenant, "ann"), User(t, db, tenant, "bob")
	kept := session.Session{Key: Key(), ID: ID(), SignIns: []session.SignIn{SignIn(ann)}, UserAgent: "test", Created: Now, LastUsed: Now, Expires: Now.Add(time.Hour)}
	must(t, "create", all.Create(ctx, kept))
	wantKind(t, "create it again", all.Create(ctx, kept), fault.Conflict)
	got, err := all.Get(ctx, kept.Key)
	must(t, "get", err)
	same(t, "session", got, kept)

	next := Key()
	updated, err := all.Update(ctx, kept.Key, func(s *session.Session) error {
		s.Key = next
		s.Add(SignIn(bob))
		return nil
	})
	must(t, "rotate", err)
	_, err = all.Get(ctx, kept.Key)
	wantKind(t, "get by the old key", err, fault.NotFound)
	got, err = all.Get(ctx, next)
	must(t, "get by the new key", err)
	same(t, "rotated session", got, updated)
	same(t, "its id", got.ID, kept.ID)
	if got.Of(tenant.ID, ann.ID) == nil || got.Of(tenant.ID, bob.ID) == nil {
		t.Error("an account is missing")
	}

	boom := errors.New("boom")
	if _, err := all.Update(ctx, next, func(s *session.Session) error { s.Persistent = true; return boom }); !errors.Is(err, boom) {
		t.Errorf("failing update: %v", err)
	}
	_, err = all.Update(ctx, Key(), func(*session.Session) error { return nil })
	wantKind(t, "update no session", err, fault.NotFound)
	list, err := all.ListOf(ctx, tenant.ID, bob.ID)
	must(t, "list", err)
	same(t, "sessions of bob", len(list), 1)
	left, err := all.DeleteOf(ctx, tenant.ID, ann.ID)
	must(t, "end ann's part", err)
	same(t, "sessions ann left", left, 1)
	got, err = all.Get(ctx, next)
	must(t, "get", err)
	same(t, "who is left", got.SignIns, []session.SignIn{SignIn(bob)})
	must(t, "delete", all.Delete(ctx, next))
	must(t, "delete again", all.Delete(ctx, next))
	list, err = all.ListOf(ctx, tenant.ID, bob.ID)
	must(t, "list", err)
	same(t, "sessions of bob after the deletion", len(list), 0)
}

// newCode makes a code of a user for a client.
func newCode(t testing.TB, db *store.DB, user directory.User, client access.AppID) session.Code {
	t.Helper()
	code := session.Code{
		Key: Key(), TenantID: user.TenantID, Client: client, RedirectURI: "https://mail.example/callback", Redirect: directory.RedirectWeb,
		Challenge: "x", ChallengeMethod: "S256", Scope: "openid", User: user.ID, SignIn: SignIn(user), GrantID: session.GrantID(ID()),
		Issued: Now, Expires: Now.Add(10 * time.Minute),
	}
	if err := db.Codes().Create(t.Context(), code); err != nil {
		t.Fatalf("create a code: %v", err)
	}
	return code
}

func (s suite) codes(t *testing.T) {
	db := s.open(t)
	ctx := t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")
	app, _ := App(t, db, tenant, "mail")
	code := newCode(t, db, ann, app.AppID)
	got, err := db.Codes().Get(ctx, code.Key)
	must(t, "get", err)
	same(t, "code", got, code)

	refused := errors.New("wrong verifier")
	if err := db.Codes().Redeem(ctx, code.Key, Now, func(session.Code) (session.Issue, error) { return session.Issue{}, refused }); !errors.Is(err, refused) {
		t.Errorf("refused redemption: %v", err)
	}
	token := Key()
	issue := func(session.Code) (session.Issue, error) {
		return session.Issue{Grant: Grant(ann, app.AppID), Token: &session.RefreshToken{Key: token, Issued: Now}}, nil
	}
	must(t, "redeem after a refusal", db.Codes().Redeem(ctx, code.Key, Now, issue))
	grant, held, err := db.Grants().ByToken(ctx, token)
	must(t, "what it became", err)
	same(t, "grant id", grant.ID, code.GrantID)
	same(t, "token", held, session.RefreshToken{Key: token, Issued: Now})
	if grant.Revoked != nil {
		t.Errorf("revoked: %+v", grant.Revoked)
	}
	err = db.Codes().Redeem(ctx, code.Key, Now.Add(time.Second), func(session.Code) (session.Issue, error) {
		t.Error("the function ran for a redeemed code")
		return session.Issue{}, nil
	})
	wantKind(t, "redeem twice", err, fault.Conflict)
	grant, err = db.Grants().Get(ctx, code.GrantID)
	must(t, "grant", err)
	same(t, "revocation", grant.Revoked, &session.Revocation{At: Now.Add(time.Second), Why: session.CodeReplayed})
	wantKind(t, "redeem nothing", db.Codes().Redeem(ctx, Key(), Now, issue), fault.NotFound)
}

// contenders is how many try at once in the tests of contention.
const contenders = 16

// together runs f in several goroutines that start at once, and waits.
func together(n int, f func(i int)) {
	start := make(chan struct{})
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	wait.Wait()
}

func (s suite) codeContention(t *testing.T) {
	db := s.open(t)
	ctx := t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")
	app, _ := App(t, db, tenant, "mail")
	code := newCode(t, db, ann, app.AppID)
	var won, replayed atomic.Int32
	together(contenders, func(int) {
		err := db.Codes().Redeem(ctx, code.Key, Now, func(session.Code) (session.Issue, error) {
			return session.Issue{Grant: Grant(ann, app.AppID), Token: &session.RefreshToken{Key: Key(), Issued: Now}}, nil
		})
		switch {
		case err == nil:
			won.Add(1)
		case errors.Is(err, fault.Conflict):
			replayed.Add(1)
		default:
			t.Errorf("redeem: %v", err)
		}
	})
	same(t, "winners", won.Load(), int32(1))
	same(t, "replays", replayed.Load(), int32(contenders-1))
	grants, err := db.Grants().List(ctx, session.GrantsOf{User: ann.ID}, 0)
	must(t, "grants", err)
	if len(grants) != 1 || grants[0].Revoked == nil || grants[0].Revoked.Why != session.CodeReplayed {
		t.Errorf("grants %+v, want the winner's, revoked by the replays", grants)
	}
}

func (s suite) grants(t *testing.T) {
	db := s.open(t)
	ctx, grants := t.Context(), db.Grants()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")
	app, _ := App(t, db, tenant, "mail")
	grant := Grant(ann, app.AppID)
	first := session.RefreshToken{Key: Key(), Issued: Now}
	must(t, "create", grants.Create(ctx, grant, &first))
	wantKind(t, "create again", grants.Create(ctx, grant, nil), fault.Conflict)

	present := func(key, successor session.Key, at time.Time) session.Presented {
		t.Helper()
		var presented session.Presented
		err := grants.Use(ctx, key, func(g *session.Grant, token *session.RefreshToken) (*session.RefreshToken, error) {
			presented = g.Present(token, app.AppID, at, 30*time.Second)
			if presented != session.Usable {
				return nil, nil
			}
			return &session.RefreshToken{Key: successor, Issued: at}, nil
		})
		must(t, "use", err)
		return presented
	}
	second, twin, third := Key(), Key(), Key()
	same(t, "first use", present(first.Key, second, Now.Add(time.Minute)), session.Usable)
	same(t, "use again within the grace", present(first.Key, twin, Now.Add(time.Minute+10*time.Second)), session.Usable)
	same(t, "use of the successor", present(second, third, Now.Add(2*time.Minute)), session.Usable)
	same(t, "use again after the grace", present(first.Key, Key(), Now.Add(3*time.Minute)), session.Reused)
	same(t, "use of a token of the revoked family", present(third, Key(), Now.Add(4*time.Minute)), session.GrantRevoked)
	got, err := grants.Get(ctx, grant.ID)
	must(t, "grant", err)
	same(t, "why it ended", got.Revoked, &session.Revocation{At: Now.Add(3 * time.Minute), Why: session.TokenReused})
	wantKind(t, "use of no token", grants.Use(ctx, Key(), func(*session.Grant, *session.RefreshToken) (*session.RefreshToken, error) { return nil, nil }), fault.NotFound)

	// Tokens out of use for longer than any is good for are not kept.
	long := Grant(ann, app.AppID)
	long.Idle = time.Hour
	start, middle, end := session.RefreshToken{Key: Key(), Issued: Now}, Key(), Key()
	must(t, "create", grants.Create(ctx, long, &start))
	same(t, "use", present(start.Key, middle, Now.Add(50*time.Minute)), session.Usable)
	same(t, "use", present(middle, end, Now.Add(100*time.Minute)), session.Usable)
	_, _, err = grants.ByToken(ctx, start.Key)
	must(t, "a token that a replay would tell of", err)
	same(t, "use", present(end, Key(), Now.Add(150*time.Minute)), session.Usable)
	_, _, err = grants.ByToken(ctx, start.Key)
	wantKind(t, "a token too old to tell of anything", err, fault.NotFound)
}

func (s suite) revocation(t *testing.T) {
	db := s.open(t)
	ctx, grants := t.Context(), db.Grants()
	tenant := Tenant(t, db, "contoso.example")
	ann, bob := User(t, db, tenant, "ann"), User(t, db, tenant, "bob")
	mail, _ := App(t, db, tenant, "mail")
	wiki, _ := App(t, db, tenant, "wiki")
	for _, g := range []session.Grant{Grant(ann, mail.AppID), Grant(ann, wiki.AppID), Grant(bob, mail.AppID)} {
		g.SessionID = "s-" + string(g.User)
		must(t, "create", grants.Create(ctx, g, nil))
	}
	revoke := func(which session.GrantsOf) int {
		t.Helper()
		n, err := grants.Revoke(ctx, which, session.Revocation{At: Now, Why: session.AdminRevoked})
		must(t, "revoke", err)
		return n
	}
	same(t, "one client of ann", revoke(session.GrantsOf{TenantID: tenant.ID, User: ann.ID, Client: mail.AppID}), 1)
	same(t, "the rest of ann", revoke(session.GrantsOf{TenantID: tenant.ID, User: ann.ID}), 1)
	same(t, "ann again", revoke(session.GrantsOf{TenantID: tenant.ID, User: ann.ID}), 0)
	same(t, "bob's session", revoke(session.GrantsOf{SessionID: "s-" + string(bob.ID)}), 1)
	if _, err := grants.Revoke(ctx, session.GrantsOf{}, session.Revocation{At: Now}); err == nil {
		t.Error("grants of everybody were revoked by an empty selection")
	}
	all, err := grants.List(ctx, session.GrantsOf{TenantID: tenant.ID}, 2)
	must(t, "list", err)
	same(t, "grants listed", len(all), 2)
}

// note is a value for shelves.
type note struct {
	Text string
	N    int
}

func (s suite) shelf(t *testing.T) {
	db := s.open(t)
	ctx := t.Context()
	notes, others := store.ShelfOf[note](db, "note"), store.ShelfOf[note](db, "other")
	must(t, "create", notes.Create(ctx, "a", Now.Add(time.Hour), note{"one", 1}))
	wantKind(t, "create again", notes.Create(ctx, "a", Now, note{}), fault.Conflict)
	must(t, "create in another kind", others.Create(ctx, "a", time.Time{}, note{"else", 9}))
	got, err := notes.Get(ctx, "a")
	must(t, "get", err)
	same(t, "note", got, note{"one", 1})
	got, err = notes.Update(ctx, "a", func(n *note, expires *time.Time) error {
		same(t, "expires", *expires, Now.Add(time.Hour))
		n.N++
		*expires = Now.Add(2 * time.Hour)
		return nil
	})
	must(t, "update", err)
	same(t, "updated", got, note{"one", 2})
	list, err := notes.List(ctx)
	must(t, "list", err)
	same(t, "list", list, []note{{"one", 2}})
	got, err = notes.Take(ctx, "a")
	must(t, "take", err)
	same(t, "taken", got, note{"one", 2})
	_, err = notes.Take(ctx, "a")
	wantKind(t, "take again", err, fault.NotFound)
	_, err = notes.Get(ctx, "a")
	wantKind(t, "get what was taken", err, fault.NotFound)
	_, err = notes.Update(ctx, "a", func(*note, *time.Time) error { return nil })
	wantKind(t, "update what was taken", err, fault.NotFound)
	must(t, "delete what was taken", notes.Delete(ctx, "a"))
	must(t, "delete", others.Delete(ctx, "a"))
	list, err = others.List(ctx)
	must(t, "list", err)
	same(t, "list of nothing", len(list), 0)
}

func (s suite) takeContention(t *testing.T) {
	db := s.open(t)
	ctx, notes := t.Context(), store.ShelfOf[note](db, "note")
	must(t, "create", notes.Create(ctx, "a", Now.Add(time.Hour), note{"one", 1}))
	var won atomic.Int32
	together(contenders, func(int) {
		_, err := notes.Take(ctx, "a")
		if err == nil {
			won.Add(1)
		} else if !errors.Is(err, fault.NotFound) {
			t.Errorf("take: %v", err)
		}
	})
	same(t, "takers who got it", won.Load(), int32(1))
}

func (s suite) purge(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")
	app, _ := App(t, db, tenant, "mail")
	over := session.Session{Key: Key(), ID: ID(), SignIns: []session.SignIn{SignIn(ann)}, Expires: Now.Add(time.Hour)}
	live := session.Session{Key: Key(), ID: ID(), Expires: Now.Add(100 * 24 * time.Hour)}
	must(t, "session", db.Sessions().Create(ctx, over))
	must(t, "session", db.Sessions().Create(ctx, live))
	code := newCode(t, db, ann, app.AppID)
	grant := Grant(ann, app.AppID)
	grant.Idle = time.Hour
	token := session.RefreshToken{Key: Key(), Issued: Now}
	must(t, "grant", db.Grants().Create(ctx, grant, &token))
	notes := store.ShelfOf[note](db, "note")
	must(t, "note for good", notes.Create(ctx, "good", time.Time{}, note{}))
	must(t, "note for an hour", notes.Create(ctx, "hour", Now.Add(time.Hour), note{}))
	stranger := directory.LockoutOfName("nobody@contoso.example")
	for _, key := range []directory.LockoutKey{stranger, directory.LockoutOf(ann.ID)} {
		_, err := d.Lockouts.UpdateLockout(ctx, tenant.ID, key, func(l *directory.Lockout) error {
			l.Unfamiliar.Fail([]byte("wrong"), tenant.Settings.Lockout, Now)
			return nil
		})
		must(t, "fail", err)
	}

	removed, err := db.Purge(ctx, Now)
	must(t, "purge too early", err)
	same(t, "rows removed too early", removed, int64(0))
	removed, err = db.Purge(ctx, Now.Add(time.Hour))
	must(t, "purge after an hour", err)
	same(t, "rows removed after an hour", removed, int64(3)) // session, grant, note
	_, err = db.Codes().Get(ctx, code.Key)
	must(t, "a code whose replay would still tell of theft", err)
	_, err = notes.Get(ctx, "good")
	must(t, "the note for good", err)
	_, err = db.Sessions().Get(ctx, live.Key)
	must(t, "the living session", err)
	_, _, err = db.Grants().ByToken(ctx, token.Key)
	wantKind(t, "the token of the grant", err, fault.NotFound)
	removed, err = db.Purge(ctx, Now.Add(2*24*time.Hour))
	must(t, "purge after two days", err)
	same(t, "rows removed after two days", removed, int64(2)) // code, stranger
	held, err := d.Lockouts.Lockout(ctx, tenant.ID, directory.LockoutOf(ann.ID))
	must(t, "ann's lockout", err)
	same(t, "ann's failures", held.Unfamiliar.Failures, 1)
}
