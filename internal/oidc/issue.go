package oidc

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"slices"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/token"
	"github.com/sallyport-id/sallyport/signinlog"
)

// tokenAnswer is the token endpoint's answer yes (SI-320).
type tokenAnswer struct {
	Type         string `json:"token_type"`
	Scope        string `json:"scope,omitempty"`
	ExpiresIn    int    `json:"expires_in"`
	ExtExpiresIn int    `json:"ext_expires_in"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
	ClientInfo   string `json:"client_info,omitempty"`
}

// idWishes are what the ID token of an answer is to have.
type idWishes struct {
	nonce                  string
	acr                    []string
	authTime, contextsInID bool
}

// issue signs the tokens of an answer; nothing of them is kept yet. It returns
// the access token's id.
func (f *Front) issue(ctx context.Context, g *signin.Grant, grant session.GrantID, proof token.ClientProof, capabilities []string, id idWishes) (tokenAnswer, string, error) {
	facts := f.facts(g, grant, proof)
	access, err := f.accessToken(ctx, g, facts, capabilities)
	if err != nil {
		return tokenAnswer{}, "", err
	}
	answer := tokenAnswer{Type: "Bearer", ExpiresIn: access.Life(), ExtExpiresIn: access.Life(), AccessToken: access.Text}
	if g.User == nil {
		return answer, access.ID, nil // an app asked for ".default" and has roles instead of scopes
	}
	answer.Scope = scopeOf(g)
	if !slices.Contains(g.Scopes.Identity, "openid") {
		return answer, access.ID, nil
	}
	made, err := f.parts.Tokens.IDToken(ctx, f.router.Now(), facts, token.IDToken{
		Nonce: id.nonce, AccessToken: access.Text, AuthTime: id.authTime, Contexts: id.contextsInID, ACR: acr(id.acr, g.Contexts), AppRoles: rolesInID(g),
	})
	if err != nil {
		return tokenAnswer{}, "", err
	}
	answer.IDToken, answer.ClientInfo = made.Text, clientInfo(g.User)
	return answer, access.ID, nil
}

// facts are what the tokens of a grant may state.
func (f *Front) facts(g *signin.Grant, grant session.GrantID, proof token.ClientProof) *token.Facts {
	facts := &token.Facts{
		Tenant: &g.Tenant, User: g.User, Client: &g.App, Principal: &g.Client, Proof: proof, Identity: g.Scopes.Identity,
		AuthTime: g.SignIn.AuthTime(), Methods: g.Methods, Contexts: g.Contexts, Session: g.SessionID, Grant: string(grant),
		Groups: g.Groups, Roles: g.Roles, Until: g.Until,
	}
	if g.Device != nil {
		facts.Device = g.Device.DeviceID
	}
	if address, err := netip.ParseAddr(g.Seen.Address); err == nil {
		facts.Address = address
	}
	return facts
}

// accessToken makes the access token of a grant. Who asked for identity scopes
// only gets one for the user-information endpoint, as a token for Microsoft
// Graph is.
func (f *Front) accessToken(ctx context.Context, g *signin.Grant, facts *token.Facts, capabilities []string) (token.Token, error) {
	wish := token.AccessToken{ResourceID: signin.AppGraph, Permissions: g.Scopes.Permissions, AppRoles: g.AppRoles, Capabilities: capabilities}
	if r := g.Resource; r != nil {
		wish.Resource, wish.ResourceID, wish.Audience = r.App, r.Principal.AppID, audienceOf(g)
	} else {
		wish.AppRoles = nil // they are the client's own, and in its ID token
	}
	if wish.ResourceID == signin.AppGraph {
		wish.Own = true
		for _, scope := range g.Scopes.Identity {
			if scope != "offline_access" {
				wish.Permissions = append(wish.Permissions, scope)
			}
		}
	}
	return f.parts.Tokens.AccessToken(ctx, f.router.Now(), facts, wish)
}

// rolesInID are the roles of the person in the client itself.
func rolesInID(g *signin.Grant) []string {
	if g.Resource == nil || g.Resource.Principal.AppID == g.App.AppID {
		return g.AppRoles
	}
	return nil
}

// clientInfo tells clients their name for the account (SI-321).
func clientInfo(u *directory.User) string {
	user, tenant := token.HomeOf(u)
	text, err := json.Marshal(struct {
		UID  string `json:"uid"`
		UTID string `json:"utid"`
	}{string(user), string(tenant)})
	if err != nil {
		panic(err) // two texts always encode
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// issued is what the record tells of an issue.
func issued(g *signin.Grant, tokenID string) signin.Issued {
	i := signin.Issued{TokenID: tokenID}
	if scope := scopeOf(g); scope != "" {
		i.Details = []signinlog.KeyValue{{Key: "Oauth Scope Info", Value: scope}}
	}
	return i
}
