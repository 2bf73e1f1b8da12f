package token

import (
	"strings"

	"github.com/sallyport-id/sallyport/internal/directory"
)

// optionalClaims are the claims that an app may add by its optional-claims list
// (§3.4), by name. A name that is not here is passed over, as the list may be
// made for another server.
var optionalClaims = map[string]func(*Facts) any{
	"acct": func(f *Facts) any {
		if f.User.Type == directory.Guest {
			return 1
		}
		return 0
	},
	"auth_time": func(f *Facts) any {
		if f.AuthTime.IsZero() {
			return nil
		}
		return f.AuthTime.Unix()
	},
	"acrs": func(f *Facts) any {
		if len(f.Contexts) == 0 {
			return nil
		}
		return f.Contexts
	},
	"amr": func(f *Facts) any {
		if len(f.Methods) == 0 {
			return nil
		}
		return f.Methods
	},
	"ipaddr": func(f *Facts) any {
		if !f.Address.IsValid() {
			return nil
		}
		return f.Address.String()
	},
	"xms_edov": func(f *Facts) any {
		_, domain, _ := strings.Cut(f.User.Mail, "@")
		if domain == "" {
			return nil
		}
		return f.Tenant.Owns(domain)
	},
	"ctry":               text(func(f *Facts) string { return f.User.UsageLocation }),
	"email":              text(func(f *Facts) string { return f.User.Mail }),
	"family_name":        text(func(f *Facts) string { return f.User.Surname }),
	"given_name":         text(func(f *Facts) string { return f.User.GivenName }),
	"login_hint":         text(func(f *Facts) string { return f.User.UserPrincipalName }),
	"preferred_username": text(func(f *Facts) string { return f.User.UserPrincipalName }),
	"sid":                text(func(f *Facts) string { return f.Session }),
	"upn":                text(func(f *Facts) string { return f.User.UserPrincipalName }),
	"xms_pl":             text(func(f *Facts) string { return f.User.PreferredLanguage }),
}

// text makes a claim of a text that may be empty.
func text(of func(*Facts) string) func(*Facts) any {
	return func(f *Facts) any {
		if s := of(f); s != "" {
			return s
		}
		return nil
	}
}

// stateOptional states what an app's optional-claims list names and no claim
// states already.
func (i *Issuer) stateOptional(c Claims, f *Facts, names []string) {
	for _, name := range names {
		name = strings.ToLower(name)
		claim := optionalClaims[name]
		if claim == nil {
			continue
		}
		if _, stated := c[name]; stated {
			continue
		}
		if value := claim(f); value != nil {
			c[name] = value
		}
	}
}
