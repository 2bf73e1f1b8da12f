package factor_test

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/factor/factortest"
)

const origin = "https://login.contoso.example"

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func passkeys(t testing.TB) *factor.Passkeys {
	t.Helper()
	p, err := factor.NewPasskeys("login.contoso.example", "Contoso", []string{origin}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// registered makes a person with a passkey.
func registered(t testing.TB, p *factor.Passkeys, a *factortest.Authenticator) (*directory.User, *directory.UserCredentials) {
	t.Helper()
	user := &directory.User{ID: "b3a7e1d0-0000-4000-8000-000000000001", UserPrincipalName: "ann@contoso.example", DisplayName: "Ann"}
	held := &directory.UserCredentials{}
	options, ceremony, err := p.Offer(user, held)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := a.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Register(user, held, ceremony, answer, "Laptop", noon); err != nil {
		t.Fatalf("register: %v", err)
	}
	if k := held.Passkeys[0]; k.AAGUID != factortest.AAGUID || k.Name != "Laptop" || len(k.CredentialID) != 32 {
		t.Errorf("passkey %+v", k)
	}
	return user, held
}

func TestPasskey(t *testing.T) {
	p := passkeys(t)
	a := &factortest.Authenticator{Origin: origin, Counts: true}
	user, held := registered(t, p, a)
	for _, anyone := range []bool{false, true} {
		options, ceremony, err := p.Ask(user, held)
		if anyone {
			options, ceremony, err = p.AskAnyone()
		}
		if err != nil {
			t.Fatal(err)
		}
		answer, err := a.Get(options)
		if err != nil {
			t.Fatal(err)
		}
		if id, err := factor.Answered(answer); err != nil || string(id) != string(held.Passkeys[0].CredentialID) {
			t.Errorf("answered by %x, %v", id, err)
		}
		used, err := p.Verify(user, held, ceremony, answer, noon)
		if err != nil || used.ID != held.Passkeys[0].ID || !held.Passkeys[0].LastUsed.Equal(noon) {
			t.Errorf("anyone %v: used %+v, %v", anyone, used, err)
		}
		if _, err := p.Verify(user, held, ceremony, answer, noon); !errors.Is(err, factor.PasskeyCloned) {
			t.Errorf("anyone %v: the same answer again: %v", anyone, err)
		}
	}
}

func TestPasskeyRefused(t *testing.T) {
	p := passkeys(t)
	ask := func(user *directory.User, held *directory.UserCredentials) ([]byte, factor.Ceremony) {
		options, ceremony, err := p.Ask(user, held)
		if err != nil {
			t.Fatal(err)
		}
		return options, ceremony
	}
	get := func(a *factortest.Authenticator, options []byte) []byte {
		answer, err := a.Get(options)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	tests := []struct {
		name string
		run  func(a *factortest.Authenticator, user *directory.User, held *directory.UserCredentials) error
		want factor.PasskeyFault
	}{
		{"answer to another question", func(a *factortest.Authenticator, user *directory.User, held *directory.UserCredentials) error {
			options, _ := ask(user, held)
			_, other := ask(user, held)
			_, err := p.Verify(user, held, other, get(a, options), noon)
			return err
		}, factor.PasskeyRefused},
		{"other origin", func(a *factortest.Authenticator, user *directory.User, held *directory.UserCredentials) error {
			options, ceremony := ask(user, held)
			a.Origin = "https://login.contoso.example.evil.example"
			_, err := p.Verify(user, held, ceremony, get(a, options), noon)
			return err
		}, factor.PasskeyRefused},
		{"user not verified", func(a *factortest.Authenticator, user *directory.User, held *directory.UserCredentials) error {
			options, ceremony := ask(user, held)
			a.Unverified = true
			_, err := p.Verify(user, held, ceremony, get(a, options), noon)
			return err
		}, factor.PasskeyRefused},
		{"removed", func(a *factortest.Authenticator, user *directory.User, held *directory.UserCredentials) error {
			options, ceremony := ask(user, held)
			_, err := p.Verify(user, &directory.UserCredentials{}, ceremony, get(a, options), noon)
			return err
		}, factor.PasskeyUnknown},
		{"counter went back", func(a *factortest.Authenticator, user *directory.User, held *directory.UserCredentials) error {
			a.Counts = true
			a.SetCount(9)
			options, ceremony := ask(user, held)
			if _, err := p.Verify(user, held, ceremony, get(a, options), noon); err != nil {
				return err
			}
			a.SetCount(4)
			options, ceremony = ask(user, held)
			_, err := p.Verify(user, held, ceremony, get(a, options), noon)
			return err
		}, factor.PasskeyCloned},
		{"another person's", func(a *factortest.Authenticator, user *directory.User, held *directory.UserCredentials) error {
			options, ceremony, err := p.AskAnyone()
			if err != nil {
				return err
			}
			other := *user
			other.ID = "b3a7e1d0-0000-4000-8000-000000000009"
			_, err = p.Verify(&other, held, ceremony, get(a, options), noon)
			return err
		}, factor.PasskeyRefused},
		{"no WebAuthn", func(a *factortest.Authenticator, user *directory.User, held *directory.UserCredentials) error {
			_, ceremony := ask(user, held)
			_, err := p.Verify(user, held, ceremony, []byte(`{"id":1}`), noon)
			return err
		}, factor.PasskeyMalformed},
	}
	for _, test := range tests {
		a := &factortest.Authenticator{Origin: origin}
		user, held := registered(t, p, a)
		if err := test.run(a, user, held); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

func TestRegisterRefused(t *testing.T) {
	p := passkeys(t)
	a := &factortest.Authenticator{Origin: origin, Unverified: true}
	user, held := &directory.User{ID: "b3a7e1d0-0000-4000-8000-000000000001", UserPrincipalName: "ann@contoso.example", DisplayName: "Ann"}, &directory.UserCredentials{}
	options, ceremony, err := p.Offer(user, held)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := a.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Register(user, held, ceremony, answer, "", noon); !errors.Is(err, factor.PasskeyRefused) || len(held.Passkeys) != 0 {
		t.Errorf("without user verification: %v", err)
	}
	if err := p.Register(user, held, ceremony, []byte("{}"), "", noon); !errors.Is(err, factor.PasskeyMalformed) {
		t.Errorf("an empty answer: %v", err)
	}
}

func TestPasskeySetup(t *testing.T) {
	for _, origins := range [][]string{{"login.contoso.example"}, {"https://login.contoso.example/"}, nil} {
		if _, err := factor.NewPasskeys("login.contoso.example", "Contoso", origins, rand.Reader); err == nil {
			t.Errorf("origins %q are accepted", origins)
		}
	}
}
