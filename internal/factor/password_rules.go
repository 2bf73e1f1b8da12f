package factor

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport-id/sallyport/internal/directory"
)

// PasswordFault is what is wrong with a new password; empty: nothing.
type PasswordFault string

// The faults. The last three are found by whoever compares passwords.
const (
	PasswordShort    PasswordFault = "short"
	PasswordLong     PasswordFault = "long"
	PasswordSimple   PasswordFault = "simple" // too few classes of characters
	PasswordBanned   PasswordFault = "banned" // a word that is banned, or the person's own name
	PasswordSame     PasswordFault = "same"   // as the present one
	PasswordMistyped PasswordFault = "mistyped"
	PasswordWrong    PasswordFault = "wrong" // the present one is not right
)

// mostCharacters is the longest password that may be set (SI-550).
const mostCharacters = 256

// CheckPassword tells what rule a new password breaks, the first of them
// (SI-550). The classes are lower case, upper case, digits and all others.
func CheckPassword(rules directory.PasswordRules, user *directory.User, password string) PasswordFault {
	length := utf8.RuneCountInString(password)
	switch {
	case length < rules.MinLength:
		return PasswordShort
	case length > mostCharacters || len(password) > LongestPassword:
		return PasswordLong
	case !user.WeakPasswordAllowed && classes(password) < rules.Classes:
		return PasswordSimple
	case containsBanned(rules, user, password):
		return PasswordBanned
	}
	return ""
}

// classes counts the classes of characters in a password.
func classes(password string) int {
	var lower, upper, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

// usualWords are what guesses begin with, in any tenant. The list is short on
// purpose: an attacker's first few guesses are what smart lockout leaves open.
var usualWords = []string{
	"password", "passwort", "motdepasse", "contraseña", "welcome", "willkommen", "bienvenue", "benvenut",
	"qwerty", "azerty", "letmein", "iloveyou", "admin", "abcdef", "123456", "changeme", "secret", "sallyport",
	"january", "february", "summer", "winter", "spring", "autumn",
}

// leastOwnName is how long a part of a person's name must be to be banned:
// shorter ones occur by chance.
const leastOwnName = 4

// containsBanned reports whether a password is built around a word that is
// easy to guess (SI-550): one of the tenant or of the person, or a usual one
// beside which fewer than five characters are left.
func containsBanned(rules directory.PasswordRules, user *directory.User, password string) bool {
	plain := unmask(password)
	local, _, _ := strings.Cut(user.UserPrincipalName, "@")
	own := []string{local, user.GivenName, user.Surname}
	for _, word := range own {
		if word = unmask(word); utf8.RuneCountInString(word) >= leastOwnName && strings.Contains(plain, word) {
			return true
		}
	}
	for _, word := range rules.Banned {
		if strings.Contains(plain, unmask(word)) {
			return true
		}
	}
	for _, word := range usualWords {
		word = unmask(word)
		if strings.Contains(plain, word) && utf8.RuneCountInString(strings.ReplaceAll(plain, word, "")) < 5 {
			return true
		}
	}
	return false
}

// unmask undoes what people do to a word to make it look like a password.
func unmask(s string) string {
	return strings.NewReplacer("0", "o", "1", "l", "!", "l", "3", "e", "4", "a", "@", "a", "5", "s", "$", "s", "7", "t", "|", "l", "i", "l").Replace(strings.ToLower(s))
}
