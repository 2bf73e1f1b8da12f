package web

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/sallyport-id/sallyport/internal/signin"
)

// The fields of the forms. Those of Input are named as its members.
const (
	fieldHop         = "hop"
	fieldAction      = "action"
	fieldPage        = "page"
	fieldAccount     = "account"
	fieldName        = "name"
	fieldPassword    = "password"
	fieldNewPassword = "new-password"
	fieldRepeated    = "repeated"
	fieldCode        = "code"
	fieldPasskey     = "passkey"
	fieldLabel       = "label"
	fieldProof       = "device-proof"
)

// readInput reads what a page posted. Passwords are taken as they are typed;
// names and codes as they are meant.
func readInput(form url.Values) signin.Input {
	return signin.Input{
		Action:      signin.Action(form.Get(fieldAction)),
		Page:        signin.Page(form.Get(fieldPage)),
		Account:     form.Get(fieldAccount),
		Name:        strings.TrimSpace(width.Narrow.String(form.Get(fieldName))),
		Password:    form.Get(fieldPassword),
		NewPassword: form.Get(fieldNewPassword),
		Repeated:    form.Get(fieldRepeated),
		Code:        squeeze(form.Get(fieldCode)),
		Passkey:     []byte(form.Get(fieldPasskey)),
		Label:       strings.TrimSpace(form.Get(fieldLabel)),
	}
}

// squeeze takes spaces out, which people put into codes as their apps show
// them, and turns the wide digits of a Japanese keyboard into plain ones.
func squeeze(code string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, width.Narrow.String(code))
}
