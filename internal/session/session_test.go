package session_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/session"
)

var now = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

const (
	tenant = access.TenantID("11111111-1111-4111-8111-111111111111")
	client = access.AppID("22222222-2222-4222-8222-222222222222")
	ann    = access.UserID("33333333-3333-4333-8333-333333333333")
	bob    = access.UserID("44444444-4444-4444-8444-444444444444")
)

func TestSecretDoesNotPrint(t *testing.T) {
	secret, err := session.NewSecret(rand.NewChaCha8([32]byte{1}))
	if err != nil || len(secret.Reveal()) != 43 {
		t.Fatalf("NewSecret = %q, %v", secret.Reveal(), err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", secret)
	for _, shown := range []string{fmt.Sprint(secret), fmt.Sprintf("%v %+v %#v %s %q", secret, secret, secret, secret, secret), log.String()} {
		if strings.Contains(shown, secret.Reveal()) {
			t.Errorf("%q shows the secret", shown)
		}
	}
	if key := session.Secret("").Key(); key != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Errorf("the key of nothing is %q, want its SHA-256", key)
	}
	if _, err := session.NewSecret(bytes.NewReader(nil)); err == nil {
		t.Error("a secret was made of no randomness")
	}
}

func TestSessionAccounts(t *testing.T) {
	var s session.Session
	s.Add(session.SignIn{TenantID: tenant, UserID: ann, DeviceID: "old"})
	s.Add(session.SignIn{TenantID: tenant, UserID: bob})
	s.Add(session.SignIn{TenantID: tenant, UserID: ann, DeviceID: "new"})
	if len(s.SignIns) != 2 || s.SignIns[1].UserID != ann || s.Of(tenant, ann).DeviceID != "new" {
		t.Errorf("accounts %+v, want ann once, the latest", s.SignIns)
	}
	s.Of(tenant, ann).SignedOut = true
	if s.Of(tenant, ann) != nil || s.Of(tenant, bob) == nil {
		t.Error("who was signed out is in, or who was not is out")
	}
	s.Remove(tenant, bob)
	if s.Of(tenant, bob) != nil {
		t.Error("who was removed is in")
	}
}

func TestTouch(t *testing.T) {
	lifetimes := directory.Settings{}.WithDefaults().Lifetimes
	s := session.Session{Created: now}
	if !s.Touch(now, lifetimes) || !s.Expires.Equal(now.Add(24*time.Hour)) {
		t.Fatalf("first use: expires %v", s.Expires)
	}
	if s.Touch(now.Add(time.Minute), lifetimes) {
		t.Error("a minute later is worth a write")
	}
	if !s.Touch(now.Add(2*time.Hour), lifetimes) || !s.Expires.Equal(now.Add(26*time.Hour)) {
		t.Errorf("two hours later: expires %v", s.Expires)
	}
	s.Persistent = true
	if !s.Touch(now.Add(2*time.Hour), lifetimes) || !s.Expires.Equal(now.Add(2*time.Hour+90*24*time.Hour)) {
		t.Errorf("made persistent: expires %v", s.Expires)
	}
	if s.Expired(s.Expires.Add(-time.Millisecond)) || !s.Expired(s.Expires) {
		t.Error("a session ends at another instant than it says")
	}
}

func TestFactors(t *testing.T) {
	var in session.SignIn
	if !in.AuthTime().IsZero() || in.ByPassword() {
		t.Error("a sign-in without factors proves something")
	}
	in.Proved(session.Factor{Method: access.Password, At: now, First: true})
	in.Proved(session.Factor{Method: access.SoftwareOATH, At: now.Add(time.Minute)})
	if in.Methods() != access.Password|access.SoftwareOATH || !in.FirstFactorAt().Equal(now) || !in.SecondFactorAt().Equal(now.Add(time.Minute)) || !in.AuthTime().Equal(now.Add(time.Minute)) || !in.ByPassword() {
		t.Errorf("%+v", in)
	}
	in.Proved(session.Factor{Method: access.SoftwareOATH, At: now.Add(time.Hour)})
	if len(in.Factors) != 2 || !in.SecondFactorAt().Equal(now.Add(time.Hour)) {
		t.Errorf("a method proved again: %+v", in.Factors)
	}
	passkey := session.SignIn{Factors: []session.Factor{{Method: access.FIDO2, At: now, First: true, Multi: true}}}
	if !passkey.SecondFactorAt().Equal(now) || passkey.ByPassword() {
		t.Errorf("a passkey is not two factors: %+v", passkey)
	}
}

// TestStandingOf proves 50133 and 50173 by the table of what revokes what.
func TestStandingOf(t *testing.T) {
	password := session.SignIn{Factors: []session.Factor{{Method: access.Password, At: now, First: true}, {Method: access.SoftwareOATH, At: now.Add(time.Hour)}}}
	passkey := session.SignIn{Factors: []session.Factor{{Method: access.FIDO2, At: now, First: true, Multi: true}}}
	pass := session.SignIn{Factors: []session.Factor{{Method: access.TemporaryAccessPassOneTime, At: now, First: true, Until: now.Add(time.Hour)}}}
	later := now.Add(time.Minute)
	for name, test := range map[string]struct {
		in   session.SignIn
		user directory.User
		at   time.Time
		want session.Standing
	}{
		"untouched":                             {password, directory.User{}, later, session.Good},
		"password changed":                      {password, directory.User{PasswordChangedAt: later}, later, session.Revoked},
		"second factor after the change":        {password, directory.User{PasswordChangedAt: later}, now.Add(2 * time.Hour), session.Revoked},
		"password changed before":               {password, directory.User{PasswordChangedAt: now}, later, session.Good},
		"password changed, passkey used":        {passkey, directory.User{PasswordChangedAt: later}, later, session.Good},
		"sessions revoked":                      {password, directory.User{SessionsValidFrom: later}, later, session.Revoked},
		"sessions revoked, passkey used":        {passkey, directory.User{SessionsValidFrom: later}, later, session.Revoked},
		"temporary pass in time":                {pass, directory.User{}, now.Add(time.Hour - 1), session.Good},
		"temporary pass over":                   {pass, directory.User{}, now.Add(time.Hour), session.Ended},
		"temporary pass over, sessions revoked": {pass, directory.User{SessionsValidFrom: later}, now.Add(time.Hour), session.Revoked},
	} {
		if got := test.in.StandingOf(&test.user, test.at); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// TestPresent proves SI-340 and the lifetimes of refresh tokens.
func TestPresent(t *testing.T) {
	const grace = 30 * time.Second
	day := 24 * time.Hour
	for name, test := range map[string]struct {
		grant session.Grant
		token session.RefreshToken
		by    access.AppID
		at    time.Time
		want  session.Presented
	}{
		"fresh":                         {session.Grant{}, session.RefreshToken{Issued: now}, client, now, session.Usable},
		"client in capitals":            {session.Grant{}, session.RefreshToken{Issued: now}, access.AppID(strings.ToUpper(string(client))), now, session.Usable},
		"another client":                {session.Grant{}, session.RefreshToken{Issued: now}, "x", now, session.UsedByAnother},
		"unused for 90 days":            {session.Grant{}, session.RefreshToken{Issued: now}, client, now.Add(90 * day), session.Usable},
		"unused for longer":             {session.Grant{}, session.RefreshToken{Issued: now}, client, now.Add(90*day + time.Millisecond), session.GrantIdle},
		"single-page app, in time":      {session.Grant{Until: now.Add(day)}, session.RefreshToken{Issued: now}, client, now.Add(day - time.Millisecond), session.Usable},
		"single-page app, over":         {session.Grant{Until: now.Add(day)}, session.RefreshToken{Issued: now}, client, now.Add(day), session.GrantOver},
		"used, within the grace":        {session.Grant{}, session.RefreshToken{Issued: now, Used: now}, client, now.Add(grace), session.Usable},
		"used, after the grace":         {session.Grant{}, session.RefreshToken{Issued: now, Used: now}, client, now.Add(grace + time.Millisecond), session.Reused},
		"used by a confidential one":    {session.Grant{Confidential: true}, session.RefreshToken{Issued: now, Used: now}, client, now.Add(80 * day), session.Usable},
		"confidential, used long ago":   {session.Grant{Confidential: true}, session.RefreshToken{Issued: now, Used: now.Add(80 * day)}, client, now.Add(160 * day), session.Usable},
		"confidential, unused":          {session.Grant{Confidential: true}, session.RefreshToken{Issued: now, Used: now}, client, now.Add(91 * day), session.GrantIdle},
		"revoked":                       {session.Grant{Revoked: &session.Revocation{}}, session.RefreshToken{Issued: now}, client, now, session.GrantRevoked},
		"reuse by another does no harm": {session.Grant{}, session.RefreshToken{Issued: now, Used: now}, "x", now.Add(time.Hour), session.UsedByAnother},
	} {
		g, token := test.grant, test.token
		g.Client, g.Idle = client, 90*day
		if got := g.Present(&token, test.by, test.at, grace); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
		if revoked := g.Revoked != nil && test.grant.Revoked == nil; revoked != (test.want == session.Reused) {
			t.Errorf("%s: revoked %v", name, revoked)
		}
		if used := !token.Used.Equal(test.token.Used); used && test.want != session.Usable {
			t.Errorf("%s: a refused token is marked used", name)
		}
	}
}
