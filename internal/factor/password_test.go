package factor_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/fault"
)

func passwords(t testing.TB, limits factor.Limits) *factor.Passwords {
	t.Helper()
	p, err := factor.NewPasswords(limits, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPassword(t *testing.T) {
	p := passwords(t, factor.Limits{})
	hash, err := p.Hash(t.Context(), "open sesame")
	if err != nil {
		t.Fatal(err)
	}
	if want := "$argon2id$v=19$m=19456,t=2,p=1$"; !strings.HasPrefix(hash, want) {
		t.Errorf("hash %q, want it to begin %q", hash, want)
	}
	again, err := p.Hash(t.Context(), "open sesame")
	if err != nil || again == hash {
		t.Errorf("two hashes of one password are equal, or %v", err)
	}
	for _, test := range []struct {
		name, hash, password string
		right                bool
	}{
		{"right", hash, "open sesame", true},
		{"wrong", hash, "open Sesame", false},
		{"empty", hash, "", false},
		{"nobody's", "", "open sesame", false},
		{"too long to look at", hash, strings.Repeat("x", 5000), false},
	} {
		right, err := p.Verify(t.Context(), test.hash, test.password)
		if err != nil || right != test.right {
			t.Errorf("%s: %v, %v; want %v", test.name, right, err, test.right)
		}
	}
}

// A password of the longest length that is cut must not pass for a longer one.
func TestLongPassword(t *testing.T) {
	p := passwords(t, factor.Limits{})
	longest := strings.Repeat("p", factor.LongestPassword)
	hash, err := p.Hash(t.Context(), longest)
	if err != nil {
		t.Fatal(err)
	}
	if right, err := p.Verify(t.Context(), hash, longest+"q"); right || err != nil {
		t.Errorf("a longer password: %v, %v", right, err)
	}
	if right, err := p.Verify(t.Context(), hash, longest); !right || err != nil {
		t.Errorf("the longest password: %v, %v", right, err)
	}
}

func TestFingerprint(t *testing.T) {
	p := passwords(t, factor.Limits{})
	hash, err := p.Hash(t.Context(), "right")
	if err != nil {
		t.Fatal(err)
	}
	print := func(hash, password string) string {
		_, f, err := p.Check(t.Context(), hash, password)
		if err != nil || len(f) == 0 {
			t.Fatalf("fingerprint %x, %v", f, err)
		}
		return string(f)
	}
	first, again := print(hash, "wrong"), print(hash, "wrong")
	if first != again || first == print(hash, "worse") {
		t.Error("a fingerprint does not stand for one password")
	}
	first, again = print("", "wrong"), print("", "wrong")
	if first != again {
		t.Error("nobody's fingerprints differ, so the same wrong password would count twice for names that nobody has")
	}
}

func TestDamagedHash(t *testing.T) {
	p := passwords(t, factor.Limits{})
	for _, hash := range []string{
		"x", "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=16$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=4000000,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=19456,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=2,p=1,x$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=19456,t=2,p=1$!$AAAA", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$",
	} {
		if right, err := p.Verify(t.Context(), hash, "x"); right || err == nil {
			t.Errorf("%s: %v, %v; want an error", hash, right, err)
		}
	}
}

// A flood waits for its turn up to the limit; beyond, it is turned away at once
// instead of piling up.
func TestFlood(t *testing.T) {
	p := passwords(t, factor.Limits{Parallel: 1, Waiting: 2})
	const flood = 12
	done := make(chan error, flood)
	for range flood {
		go func() {
			_, err := p.Verify(context.Background(), "", "x")
			done <- err
		}()
	}
	served, shed := 0, 0
	for range flood {
		switch err := <-done; {
		case err == nil:
			served++
		case errors.Is(err, fault.Unavailable):
			shed++
		default:
			t.Error(err)
		}
	}
	if served == 0 || served+shed != flood {
		t.Errorf("%d served, %d turned away", served, shed)
	}
	if _, err := p.Verify(t.Context(), "", "x"); err != nil {
		t.Errorf("after the flood: %v", err)
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	p := passwords(t, factor.Limits{Parallel: 1, Waiting: 1})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 { // whichever way the select goes, nothing hangs and no place is lost
		if _, err := p.Verify(ctx, "", "x"); err != nil && !errors.Is(err, fault.Unavailable) {
			t.Error(err)
		}
	}
	if _, err := p.Verify(t.Context(), "", "x"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestPasswordRules(t *testing.T) {
	rules := directory.Settings{Passwords: directory.PasswordRules{Banned: []string{"contoso"}}}.WithDefaults().Passwords
	ann := directory.User{UserPrincipalName: "ann.larsson@contoso.example", GivenName: "Ann", Surname: "Larsson"}
	weak := ann
	weak.WeakPasswordAllowed = true
	tests := []struct {
		password string
		user     *directory.User
		want     factor.PasswordFault
	}{
		{"Tr0mb0ne-lamp", &ann, ""},
		{"Ab1!", &ann, factor.PasswordShort},
		{"Ab1!" + strings.Repeat("è", 300), &ann, factor.PasswordLong},
		{"trombonelamp", &ann, factor.PasswordSimple},
		{"trombonelamp", &weak, ""},
		{"Trombone7 lamp", &ann, ""},
		{"C0nt0s0-rules", &ann, factor.PasswordBanned},
		{"L@rss0n-2026", &ann, factor.PasswordBanned},
		{"Ann-likes-7-trees", &ann, ""}, // three letters occur by chance
		{"P@ssw0rd1", &ann, factor.PasswordBanned},
		{"Password-of-9-lions", &ann, ""}, // much more than the usual word
		{"Привет-мир-7", &ann, ""},
	}
	for _, test := range tests {
		if got := factor.CheckPassword(rules, test.user, test.password); got != test.want {
			t.Errorf("%q: %q, want %q", test.password, got, test.want)
		}
	}
}

func TestAccessPass(t *testing.T) {
	p := passwords(t, factor.Limits{})
	rules := directory.Settings{}.WithDefaults().AccessPass
	now := time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)
	pass, text, err := factor.NewAccessPass(t.Context(), p, rand.Reader, rules, now, 0, true)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) != rules.Length || strings.ContainsAny(text, "l1o0") || !pass.Once || !pass.End().Equal(now.Add(rules.Default)) {
		t.Errorf("pass %+v, text %q", pass, text)
	}
	if right, err := p.Verify(t.Context(), pass.Hash, text); !right || err != nil {
		t.Errorf("the text does not match: %v", err)
	}
	for _, test := range []struct {
		name     string
		change   func(*directory.AccessPassRules)
		lifetime time.Duration
		once     bool
	}{
		{"off", func(r *directory.AccessPassRules) { r.Off = true }, time.Hour, true},
		{"too long", func(*directory.AccessPassRules) {}, 31 * 24 * time.Hour, true},
		{"too short", func(*directory.AccessPassRules) {}, time.Minute, true},
		{"multi-use forbidden", func(r *directory.AccessPassRules) { r.Once = true }, time.Hour, false},
	} {
		r := rules
		test.change(&r)
		if _, _, err := factor.NewAccessPass(t.Context(), p, rand.Reader, r, now, test.lifetime, test.once); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want fault.Invalid", test.name, err)
		}
	}
}

func TestReset(t *testing.T) {
	held := directory.UserCredentials{
		Password: &directory.Password{Hash: "h"}, TOTP: []directory.TOTP{{}}, Passkeys: []directory.Passkey{{}}, AccessPass: &directory.AccessPass{}, Challenge: directory.Counter{Failures: 4},
	}
	factor.ResetFactors(&held)
	if held.MFARegistered() || held.AccessPass != nil || held.Password == nil || held.Challenge.Failures != 0 {
		t.Errorf("left: %+v", held)
	}
	var user directory.User
	now := time.Date(2026, 11, 21, 9, 30, 0, 123456789, time.UTC)
	factor.SetPassword(&user, &held, "new", now, true)
	if held.Password.Hash != "new" || !user.ForceChangePassword || !user.PasswordChangedAt.Equal(held.Password.Set) || user.PasswordChangedAt.Nanosecond() != 123000000 {
		t.Errorf("user %+v, password %+v", user, held.Password)
	}
}
