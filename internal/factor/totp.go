package factor

import (
	"bytes"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"image/png"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"github.com/sallyport-id/sallyport/internal/directory"
)

// What every authenticator app reads without being told (SI-552).
const (
	totpPeriod      = 30 // seconds
	totpDigits      = otp.DigitsSix
	totpSkew        = 1  // steps to either side
	totpSecretBytes = 20 // RFC 4226 §4 R6
)

// TOTPOffer is a secret that was made and waits for its first code.
type TOTPOffer struct {
	Secret []byte
	// URI is what authenticator apps read (otpauth://…).
	URI string
}

// NewTOTP makes a secret for an account at an issuer. It fails only if random
// does.
func NewTOTP(random io.Reader, issuer, account string) (TOTPOffer, error) {
	secret := make([]byte, totpSecretBytes)
	if _, err := io.ReadFull(random, secret); err != nil {
		return TOTPOffer{}, fmt.Errorf("read randomness for an authenticator's secret: %w", err)
	}
	return OfferTOTP(secret, issuer, account), nil
}

// OfferTOTP offers a secret again.
func OfferTOTP(secret []byte, issuer, account string) TOTPOffer {
	// A colon parts issuer and account, so neither may have one.
	issuer, account = strings.ReplaceAll(issuer, ":", " "), strings.ReplaceAll(account, ":", " ")
	query := url.Values{"secret": {encodeSecret(secret)}, "issuer": {issuer}}
	// Some apps read "+" as itself: a space must be %20.
	uri := "otpauth://totp/" + url.PathEscape(issuer+":"+account) + "?" + strings.ReplaceAll(query.Encode(), "+", "%20")
	return TOTPOffer{Secret: secret, URI: uri}
}

// Text returns the secret in base32, in groups of four, for people to type.
func (o TOTPOffer) Text() string {
	s := encodeSecret(o.Secret)
	var groups []string
	for len(s) > 4 {
		groups, s = append(groups, s[:4]), s[4:]
	}
	return strings.Join(append(groups, s), " ")
}

// QR returns the URI as a QR code: a PNG of a size in pixels.
func (o TOTPOffer) QR(size int) ([]byte, error) {
	key, err := otp.NewKeyFromURL(o.URI)
	if err != nil {
		return nil, fmt.Errorf("read the authenticator's address: %w", err)
	}
	picture, err := key.Image(size, size)
	if err != nil {
		return nil, fmt.Errorf("draw the QR code: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return nil, fmt.Errorf("write the QR code: %w", err)
	}
	return b.Bytes(), nil
}

func encodeSecret(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// VerifyTOTP checks a code against an authenticator at an instant. A right code
// uses its step up: the same code, or an older one, is wrong from then on
// (SI-552), so the caller must keep t.
func VerifyTOTP(t *directory.TOTP, code string, now time.Time) bool {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1 // as people group digits
		}
		return r
	}, code)
	if len(code) != totpDigits.Length() {
		return false
	}
	present := now.Unix() / totpPeriod
	for step := present - totpSkew; step <= present+totpSkew; step++ {
		want, err := totpAt(t.Secret, step)
		if err != nil || step <= t.LastStep {
			continue
		}
		if subtle.ConstantTimeCompare([]byte(code), []byte(want)) == 1 {
			t.LastStep = step
			return true
		}
	}
	return false
}

// TOTPCode returns the code that an authenticator shows at an instant.
func TOTPCode(secret []byte, now time.Time) (string, error) {
	return totpAt(secret, now.Unix()/totpPeriod)
}

func totpAt(secret []byte, step int64) (string, error) {
	return hotp.GenerateCodeCustom(encodeSecret(secret), uint64(step), hotp.ValidateOpts{Digits: totpDigits, Algorithm: otp.AlgorithmSHA1})
}
