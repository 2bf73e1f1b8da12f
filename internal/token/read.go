package token

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// Read is a token of this server that was read again.
type Read struct {
	// Access tells an access token from an ID token.
	Access   bool
	ID       string
	Tenant   access.TenantID
	Issuer   string
	Audience string
	Subject  string
	// Object is the account's, or the service principal's, id; empty in an
	// ID token without profile. App is the client it was issued to.
	Object string
	App    access.AppID
	// AppOnly: no person is behind it.
	AppOnly                   bool
	Scopes, Roles, Contexts   []string
	Capabilities              []string
	Methods                   []string
	Username                  string
	Session, Grant, Device    string
	ACR                       string
	AuthTime, Issued, Expires time.Time
}

// ErrExpired is why Read fails for a token that was good once.
var ErrExpired = errors.New("the token has expired")

// skew is how far clocks may differ (§3.4).
const skew = 5 * time.Minute

// longestToken bounds what is parsed of a stranger's.
const longestToken = 32 << 10

// wire is a token's claims as Read takes them.
type wire struct {
	jwt.Claims
	Version  string          `json:"ver"`
	UTI      string          `json:"uti"`
	Tenant   access.TenantID `json:"tid"`
	Object   string          `json:"oid"`
	AZP      access.AppID    `json:"azp"`
	AppID    access.AppID    `json:"appid"`
	Kind     string          `json:"idtyp"`
	Scopes   string          `json:"scp"`
	Roles    []string        `json:"roles"`
	Contexts []string        `json:"acrs"`
	Able     []string        `json:"xms_cc"`
	Methods  []string        `json:"amr"`
	ACR      string          `json:"acr"`
	Name     string          `json:"preferred_username"`
	UPN      string          `json:"upn"`
	Session  string          `json:"sid"`
	Grant    string          `json:"rh"`
	Device   string          `json:"deviceid"`
	AuthTime int64           `json:"auth_time"`
}

// Read reads a token that this server issued: by a published key, in the
// algorithm of that key and no other, for the tenant in its issuer. An expired
// token is returned together with ErrExpired, for those who may use it as a
// hint. It does not know of revocation.
func (i *Issuer) Read(text string, now time.Time) (Read, error) {
	if len(text) > longestToken {
		return Read{}, fmt.Errorf("read a token: it has %d bytes; at most %d are expected", len(text), longestToken)
	}
	parsed, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return Read{}, fmt.Errorf("read a token: %w", err)
	}
	by := i.keys.byID(parsed.Headers[0].KeyID)
	if by == nil {
		return Read{}, errors.New("read a token: its key is not one of ours")
	}
	var w wire
	if err := parsed.Claims(by.public.Key, &w); err != nil {
		return Read{}, fmt.Errorf("read a token: %w", err)
	}
	if w.Issuer != i.Name(w.Tenant) && w.Issuer != i.OldName(w.Tenant) || !directory.IsGUID(string(w.Tenant)) {
		return Read{}, fmt.Errorf("read a token: it is issued by %q", w.Issuer)
	}
	if len(w.Audience) != 1 || w.Expiry == nil || w.IssuedAt == nil {
		return Read{}, errors.New("read a token: audience, iat or exp is missing")
	}
	r := w.read()
	switch {
	case now.Add(skew).Before(r.Issued):
		return Read{}, errors.New("read a token: it is of the future")
	case !now.Before(r.Expires):
		return r, ErrExpired
	}
	return r, nil
}

func (w *wire) read() Read {
	r := Read{
		Access: w.AZP != "" || w.AppID != "", ID: w.UTI, Tenant: w.Tenant, Issuer: w.Issuer, Audience: w.Audience[0], Subject: w.Subject,
		Object: w.Object, App: w.AZP, AppOnly: w.Kind == "app", Scopes: strings.Fields(w.Scopes), Roles: w.Roles, Contexts: w.Contexts, Capabilities: w.Able,
		Methods: w.Methods, ACR: w.ACR, Username: w.Name, Session: w.Session, Grant: w.Grant, Device: w.Device,
		Issued: w.IssuedAt.Time().UTC(), Expires: w.Expiry.Time().UTC(),
	}
	switch {
	case w.AppID != "":
		r.App = w.AppID
	case !r.Access:
		r.App = access.AppID(r.Audience)
	}
	if r.Username == "" {
		r.Username = w.UPN
	}
	if w.AuthTime != 0 {
		r.AuthTime = time.Unix(w.AuthTime, 0).UTC()
	}
	return r
}

// Has reports whether the token carries a delegated scope.
func (r *Read) Has(scope string) bool { return slices.Contains(r.Scopes, scope) }
