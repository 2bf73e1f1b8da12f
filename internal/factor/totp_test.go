package factor_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
)

// The secret and the codes of RFC 6238, appendix B, cut to six digits.
func TestTOTPOfTheStandard(t *testing.T) {
	secret := []byte("12345678901234567890")
	for _, test := range []struct {
		seconds int64
		code    string
	}{{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {2000000000, "279037"}} {
		at := time.Unix(test.seconds, 0)
		if code, err := factor.TOTPCode(secret, at); err != nil || code != test.code {
			t.Errorf("at %d: %s, %v; want %s", test.seconds, code, err, test.code)
		}
		if !factor.VerifyTOTP(&directory.TOTP{Secret: secret}, test.code[:3]+" "+test.code[3:], at) {
			t.Errorf("at %d: the code is refused", test.seconds)
		}
	}
}

func TestTOTPWindow(t *testing.T) {
	secret := []byte("a secret of twenty b")
	now := time.Unix(1_800_000_000, 0)
	for _, test := range []struct {
		offset time.Duration
		right  bool
	}{{0, true}, {-30 * time.Second, true}, {30 * time.Second, true}, {-60 * time.Second, false}, {60 * time.Second, false}} {
		code, err := factor.TOTPCode(secret, now.Add(test.offset))
		if err != nil {
			t.Fatal(err)
		}
		if got := factor.VerifyTOTP(&directory.TOTP{Secret: secret}, code, now); got != test.right {
			t.Errorf("a code of %v: %v", test.offset, got)
		}
	}
}

// A code that was used is used up, and so are the ones before it.
func TestTOTPReplay(t *testing.T) {
	held := directory.TOTP{Secret: []byte("a secret of twenty b")}
	now := time.Unix(1_800_000_000, 0)
	code := func(offset time.Duration) string {
		c, err := factor.TOTPCode(held.Secret, now.Add(offset))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if !factor.VerifyTOTP(&held, code(0), now) {
		t.Fatal("the first use is refused")
	}
	if factor.VerifyTOTP(&held, code(0), now.Add(time.Second)) {
		t.Error("a replay is accepted")
	}
	if factor.VerifyTOTP(&held, code(-30*time.Second), now) {
		t.Error("an older code is accepted after a newer one")
	}
	if !factor.VerifyTOTP(&held, code(30*time.Second), now.Add(30*time.Second)) {
		t.Error("the next code is refused")
	}
}

func TestTOTPOffer(t *testing.T) {
	offer, err := factor.NewTOTP(rand.Reader, "Contoso: Ltd", "ann@contoso.example")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(offer.URI)
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || strings.Contains(offer.URI, "+") || u.Query().Get("issuer") != "Contoso  Ltd" {
		t.Errorf("URI %q, %v", offer.URI, err)
	}
	plain := strings.ReplaceAll(offer.Text(), " ", "")
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(plain)
	if err != nil || !bytes.Equal(secret, offer.Secret) || len(secret) != 20 {
		t.Errorf("text %q, %v", offer.Text(), err)
	}
	picture, err := offer.QR(240)
	if err != nil {
		t.Fatal(err)
	}
	if config, err := png.DecodeConfig(bytes.NewReader(picture)); err != nil || config.Width != 240 {
		t.Errorf("QR code of width %d, %v", config.Width, err)
	}
	now := time.Unix(1_800_000_000, 0)
	theirs, err := totp.GenerateCode(plain, now)
	if err != nil {
		t.Fatal(err)
	}
	if !factor.VerifyTOTP(&directory.TOTP{Secret: offer.Secret}, theirs, now) {
		t.Error("an app that reads the text gives another code")
	}
}
