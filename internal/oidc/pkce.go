package oidc

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"github.com/sallyport-id/sallyport/result"
)

// challengeMethod is the only one: "plain" puts the verifier itself into the
// address that it is to protect (RFC 9700 §2.1.1).
const challengeMethod = "S256"

// judgeChallenge tells what is wrong with the challenge of an authorize
// request. needed: the client cannot prove itself, so the challenge must.
func judgeChallenge(challenge, method string, needed bool) result.Code {
	switch {
	case challenge == "" && method == "" && !needed:
		return result.Success
	case challenge == "":
		return result.CodeChallengeMissing
	case method != challengeMethod:
		return result.CodeChallengeMethodInvalid
	case len(challenge) != base64.RawURLEncoding.EncodedLen(sha256.Size) || strings.Trim(challenge, unreserved) != "":
		return result.CodeVerifierSizeInvalid
	}
	return result.Success
}

// unreserved are the characters of challenges and verifiers (RFC 7636 §4.1).
const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

// judgeVerifier tells what is wrong with the verifier of a redemption. Where the
// authorize request had no challenge, a verifier is refused: its sender had one
// in mind, so somebody took it away on the way (RFC 9700 §4.8).
func judgeVerifier(verifier, challenge string) result.Code {
	switch {
	case challenge == "" && verifier == "":
		return result.Success
	case challenge == "" || verifier == "":
		return result.CodeVerifierMismatch
	case len(verifier) < 43 || len(verifier) > 128 || strings.Trim(verifier, unreserved) != "":
		return result.CodeVerifierSizeInvalid
	}
	sum := sha256.Sum256([]byte(verifier))
	if subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) != 1 {
		return result.CodeVerifierMismatch
	}
	return result.Success
}
