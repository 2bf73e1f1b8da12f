package token_test

import (
	"testing"

	"github.com/sallyport-id/sallyport/internal/token"
)

// FuzzRead holds that nobody makes a token without the key, or a panic.
func FuzzRead(f *testing.F) {
	issuer := newIssuer(f)
	made, err := issuer.IDToken(f.Context(), now, facts(), token.IDToken{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(made.Text)
	f.Add("..")
	f.Add(encode(`{"alg":"none"}`) + "." + encode(`{}`) + ".")
	f.Fuzz(func(t *testing.T, text string) {
		if read, err := issuer.Read(text, now); err == nil && text != made.Text && read.ID != made.ID {
			t.Errorf("%q was read as %+v", text, read)
		}
	})
}

// FuzzAssertion holds that reading an assertion never panics and never
// succeeds without a client.
func FuzzAssertion(f *testing.F) {
	f.Add(encode(`{"alg":"RS256"}`) + "." + encode(`{"iss":"a","sub":"a"}`) + ".AA")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := token.ReadAssertion(text)
		if err == nil && a.Client == "" {
			t.Errorf("%q is of nobody", text)
		}
	})
}
