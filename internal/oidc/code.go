package oidc

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
)

// codeExtra is what a code keeps for this front besides what every code does.
type codeExtra struct {
	Seen         signin.Seen `json:"seen"`
	ACR          []string    `json:"acr,omitempty"`
	Capabilities []string    `json:"capabilities,omitempty"`
	AuthTime     bool        `json:"authTime,omitempty"`
	ContextsInID bool        `json:"contextsInId,omitempty"`
}

// newCode makes an authorization code: everything that was decided, to be
// redeemed once (§5.1).
func (f *Front) newCode(g *signin.Grant, s *state) (session.Secret, session.Code, error) {
	secret, err := session.NewSecret(f.parts.Random)
	if err != nil {
		return "", session.Code{}, err
	}
	id, err := directory.NewID(f.parts.Random)
	if err != nil {
		return "", session.Code{}, err
	}
	extra, err := json.Marshal(codeExtra{Seen: g.Seen, ACR: s.ACR, Capabilities: s.Capabilities, AuthTime: s.AuthTime, ContextsInID: s.ContextsInID})
	if err != nil {
		return "", session.Code{}, fmt.Errorf("write a code: %w", err)
	}
	now := f.router.Now()
	code := session.Code{
		Key: secret.Key(), TenantID: g.Tenant.ID, Client: g.App.AppID,
		RedirectURI: g.Request.RedirectURI, Redirect: g.Redirect, Challenge: s.Challenge, Nonce: s.Nonce,
		Scope: strings.Join(ofOneResource(g.Scopes.Asked), " "), Resource: string(resourceID(g)),
		User: g.User.ID, SignIn: g.SignIn, SessionID: g.SessionID, Contexts: g.Contexts,
		Correlation: g.Correlation, Extra: extra, GrantID: session.GrantID(id),
		Issued: now, Expires: now.Add(g.Tenant.Settings.WithDefaults().Lifetimes.Code),
	}
	if s.Challenge != "" {
		code.ChallengeMethod = challengeMethod
	}
	return secret, code, nil
}

// resourceID returns the app id of the resource; empty: none was asked for.
func resourceID(g *signin.Grant) access.AppID {
	if g.Resource == nil {
		return ""
	}
	return g.Resource.Principal.AppID
}
