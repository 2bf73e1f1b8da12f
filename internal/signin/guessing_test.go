package signin_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
)

// A stranger's guesses lock the stranger out, and not the person where they
// usually are.
func TestFamiliarPlaces(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *directory.Settings) { s.Lockout.Threshold = 2 })
	w.browser().signIn(w.request(), "ann@contoso.example").finish()
	thief := w.browser().from(abroad).begin(w.request()).post(signin.Input{Name: "ann@contoso.example"})
	thief.post(signin.Input{Password: "one"}).post(signin.Input{Password: "two"})
	thief.post(signin.Input{Password: password}).wantPage(signin.PagePassword, 50053)
	w.browser().signIn(w.request(), "ann@contoso.example").finish()
}

// The same wrong password does not count again (SI-551).
func TestSameWrongPassword(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *directory.Settings) { s.Lockout.Threshold = 2 })
	b := w.browser().begin(w.request()).post(signin.Input{Name: "ann@contoso.example"})
	for range 4 {
		b.post(signin.Input{Password: "an old one"}).wantPage(signin.PagePassword, 50126)
	}
	b.post(signin.Input{Password: password}).finish()
}

// While a lock holds, a guess costs no hash: ten thousand of them cost nothing
// that others wait for, and none of them is looked at.
func TestManyGuesses(t *testing.T) {
	w := newWorld(t)
	b := w.browser().begin(w.request()).post(signin.Input{Name: "ann@contoso.example"})
	looked := 0
	for range 300 {
		b.post(signin.Input{Password: storetest.ID()})
		if b.answer.Step.Code == 50126 {
			looked++
		}
	}
	if looked != w.tenant.Settings.Lockout.Threshold {
		t.Errorf("%d guesses were looked at, want %d", looked, w.tenant.Settings.Lockout.Threshold)
	}
	// Each lock over, the next guess locks again, for twice as long.
	for wait := time.Minute; wait < 16*time.Minute; wait *= 2 {
		w.now = w.now.Add(wait)
		b.begin(w.request()).post(signin.Input{Name: "ann@contoso.example"})
		b.post(signin.Input{Password: storetest.ID()}).wantPage(signin.PagePassword, 50126)
		b.post(signin.Input{Password: storetest.ID()}).wantPage(signin.PagePassword, 50053)
		if until := b.answer.Step.FirstFactor.RetryAfter.Sub(w.now); until != 2*wait {
			t.Errorf("after %v the lock lasts %v", wait, until)
		}
	}
}

// A code of six digits is guessed apart from the password, and not for long.
func TestGuessingCodes(t *testing.T) {
	w := newWorld(t)
	w.policy("mfa", "enabled", "", needMFA, "")
	secret := w.totp(&w.ann)
	b := w.browser().signIn(w.request(), "ann@contoso.example")
	tries := 0
	for b.answer.Step.Page == signin.PageCode && tries < 100 {
		tries++
		b.post(signin.Input{Code: "999999"})
	}
	b.wantRefusal(500121)
	if tries != w.tenant.Settings.Lockout.Threshold {
		t.Errorf("%d tries", tries)
	}
	b.post(signin.Input{Action: signin.ActionRetry}).wantPage(signin.PageCode, 50074)
	b.post(signin.Input{Code: w.code(secret)}).wantRefusal(500121) // right, but locked
	w.now = w.now.Add(2 * time.Minute)
	b.post(signin.Input{Action: signin.ActionRetry}).post(signin.Input{Code: w.code(secret)}).finish()
}

// A name that nobody has, an account without a password and a wrong password
// cost the same: one hash of 19 MiB each, so that time tells nothing.
func TestConstantWork(t *testing.T) {
	w := newWorld(t)
	storetest.User(t, w.db, w.tenant, "keyless")
	cost := func(name string) uint64 {
		b := w.browser().begin(w.request()).post(signin.Input{Name: name})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b.post(signin.Input{Password: "wrong"}).wantPage(signin.PagePassword, 50126)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	const hash = 19 << 20
	for _, name := range []string{"ann@contoso.example", "nobody@contoso.example", "keyless@contoso.example", "nobody@elsewhere.example", strings.Repeat("x", 900) + "@contoso.example"} {
		if c := cost(name); c < hash || c >= 2*hash {
			t.Errorf("%.30s costs %d bytes, want one hash of %d", name, c, hash)
		}
	}
}
