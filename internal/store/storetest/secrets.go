package storetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

func (s suite) credentials(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")
	none, err := d.Credentials.Credentials(ctx, tenant.ID, ann.ID)
	must(t, "credentials of a new user", err)
	same(t, "credentials of a new user", none, directory.UserCredentials{TenantID: tenant.ID, UserID: ann.ID})
	_, err = d.Credentials.Credentials(ctx, tenant.ID, access.UserID(ID()))
	wantKind(t, "credentials of nobody", err, fault.NotFound)

	secret := bytes.Repeat([]byte("TOTPsecret"), 2)
	must(t, "register", d.Credentials.UpdateCredentials(ctx, Change(), tenant.ID, ann.ID, func(u *directory.User, c *directory.UserCredentials) error {
		c.Password = &directory.Password{Hash: "$argon2id$hush", Set: Now}
		c.TOTP = []directory.TOTP{{ID: directory.KeyID(ID()), Name: "phone", Secret: secret, Created: Now}}
		u.PasswordChangedAt = Now
		return nil
	}))
	got, err := d.Credentials.Credentials(ctx, tenant.ID, ann.ID)
	must(t, "credentials", err)
	same(t, "secret", got.TOTP[0].Secret, secret)
	user, err := d.Users.Get(ctx, tenant.ID, ann.ID)
	must(t, "user", err)
	same(t, "password instant", user.PasswordChangedAt, Now)

	// A step is used up once, whoever comes first.
	use := func(step int64) error {
		return d.Credentials.UseCredentials(ctx, tenant.ID, ann.ID, func(c *directory.UserCredentials) error {
			if c.TOTP[0].LastStep >= step {
				return errReplayed
			}
			c.TOTP[0].LastStep = step
			return nil
		})
	}
	must(t, "use a code", use(7))
	if err := use(7); !errors.Is(err, errReplayed) {
		t.Errorf("use a code twice: %v", err)
	}

	// Both sides change, or neither does.
	boom := errors.New("boom")
	err = d.Credentials.UpdateCredentials(ctx, Change(), tenant.ID, ann.ID, func(u *directory.User, c *directory.UserCredentials) error {
		u.DisplayName, c.Password = "other", nil
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("failing update: %v", err)
	}
	wantKind(t, "a change that breaks a rule", d.Credentials.UpdateCredentials(ctx, Change(), tenant.ID, ann.ID, func(u *directory.User, c *directory.UserCredentials) error {
		u.DisplayName, c.TOTP[0].Secret = "other", nil
		return nil
	}), fault.Invalid)
	user, err = d.Users.Get(ctx, tenant.ID, ann.ID)
	must(t, "user", err)
	same(t, "name after failed changes", user.DisplayName, "ann")

	entries, err := d.Audit.Audit(ctx, directory.AuditQuery{Object: string(ann.ID)})
	must(t, "audit", err)
	text, err := json.Marshal(entries)
	must(t, "encode", err)
	for _, hidden := range []string{"hush", "VE9UUHNlY3JldA", "LastStep"} {
		if strings.Contains(string(text), hidden) {
			t.Errorf("the audit log shows %q", hidden)
		}
	}
	if !strings.Contains(string(text), "phone") {
		t.Error("the audit log does not tell that a method was registered")
	}
}

var errReplayed = errors.New("replayed")

func (s suite) passkeys(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann, bob := User(t, db, tenant, "ann"), User(t, db, tenant, "bob")
	credential := bytes.Repeat([]byte{7}, 32)
	register := func(user directory.User, keys ...directory.Passkey) error {
		return d.Credentials.UpdateCredentials(ctx, Change(), tenant.ID, user.ID, func(_ *directory.User, c *directory.UserCredentials) error {
			c.Passkeys = keys
			return nil
		})
	}
	key := directory.Passkey{ID: directory.KeyID(ID()), CredentialID: credential, AAGUID: ID(), Record: []byte("record"), Created: Now}
	must(t, "register", register(ann, key))
	owner, err := d.Credentials.ByPasskey(ctx, tenant.ID, credential)
	must(t, "owner", err)
	same(t, "owner", owner, ann.ID)
	wantKind(t, "register another's passkey", register(bob, key), fault.Conflict)
	wantKind(t, "register one twice", register(ann, key, key), fault.Invalid)
	must(t, "count", d.Credentials.UseCredentials(ctx, tenant.ID, ann.ID, func(c *directory.UserCredentials) error {
		c.PasskeyByCredential(credential).LastUsed = Now
		return nil
	}))
	must(t, "remove", register(ann))
	_, err = d.Credentials.ByPasskey(ctx, tenant.ID, credential)
	wantKind(t, "owner of a removed passkey", err, fault.NotFound)
	must(t, "register at another's", register(bob, key))
}

func (s suite) lockout(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")
	addr, rules := netip.MustParseAddr("192.0.2.7"), tenant.Settings.Lockout
	for _, key := range []directory.LockoutKey{directory.LockoutOf(ann.ID), directory.LockoutOfName("Nobody@contoso.example")} {
		for i := range rules.Threshold {
			held, err := d.Lockouts.UpdateLockout(ctx, tenant.ID, key, func(l *directory.Lockout) error {
				l.CounterAt(addr, Now).Fail([]byte{byte(i)}, rules, Now)
				return nil
			})
			must(t, "fail", err)
			same(t, "locked", held.Unfamiliar.Locked(Now), i == rules.Threshold-1)
		}
		held, err := d.Lockouts.Lockout(ctx, tenant.ID, key)
		must(t, "read", err)
		same(t, "locked until", held.Unfamiliar.Until, Now.Add(time.Minute))
		must(t, "unlock", d.Lockouts.ForgetLockout(ctx, Change(), tenant.ID, key))
		held, err = d.Lockouts.Lockout(ctx, tenant.ID, key)
		must(t, "read", err)
		same(t, "unlocked", held, directory.Lockout{TenantID: tenant.ID, Key: key})
	}
	_, err := d.Lockouts.UpdateLockout(ctx, access.TenantID(ID()), "x", func(*directory.Lockout) error { return nil })
	wantKind(t, "lockout in no tenant", err, fault.NotFound)
}

func (s suite) audit(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	app, _ := App(t, db, tenant, "mail")
	secret, text, err := directory.NewClientSecret(random(1), "deploy", Now, Now.Add(time.Hour))
	must(t, "make a secret", err)
	change := Change()
	change.At, change.Correlation = Now.Add(time.Minute), "c-1"
	_, err = d.Applications.Update(ctx, change, tenant.ID, app.ID, func(a *directory.Application) error {
		a.Secrets = append(a.Secrets, secret)
		return nil
	})
	must(t, "add the secret", err)
	_, err = d.Applications.Update(ctx, change, tenant.ID, app.ID, func(*directory.Application) error { return nil })
	must(t, "change nothing", err)
	must(t, "delete", d.Applications.Delete(ctx, change, tenant.ID, app.ID))

	entries, err := d.Audit.Audit(ctx, directory.AuditQuery{TenantID: tenant.ID, Kind: "application"})
	must(t, "audit", err)
	var actions []string
	for _, e := range entries {
		actions = append(actions, e.Action)
		for _, document := range []json.RawMessage{e.Before, e.After} {
			if strings.Contains(string(document), secret.Hash) || strings.Contains(string(document), text) {
				t.Errorf("entry %d shows a secret", e.ID)
			}
		}
	}
	same(t, "actions", actions, []string{"delete", "update", "create"})
	same(t, "a deletion leaves nothing", string(entries[0].After), "null")
	update := entries[1]
	same(t, "author", update.By, change.By)
	same(t, "time", update.At, change.At)
	same(t, "correlation", update.Correlation, "c-1")
	same(t, "name", update.Name, "mail")
	if !strings.Contains(string(update.After), "deploy") || strings.Contains(string(update.Before), "deploy") {
		t.Errorf("before %s and after %s do not tell the new secret", update.Before, update.After)
	}
	older, err := d.Audit.Audit(ctx, directory.AuditQuery{TenantID: tenant.ID, Kind: "application", Before: update.ID})
	must(t, "next page", err)
	same(t, "entries of the next page", len(older), 1)
	later, err := d.Audit.Audit(ctx, directory.AuditQuery{TenantID: tenant.ID, From: Now.Add(time.Second), Until: Now.Add(time.Hour), Limit: 1})
	must(t, "by time", err)
	same(t, "entries by time", len(later), 1)
}
