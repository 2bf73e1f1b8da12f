package signin

import (
	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/session"
)

// Artefact is what a token request presents.
type Artefact uint8

// The artefacts.
const (
	NoArtefact    Artefact = iota // an app signs in as itself
	FromCode                      // an authorization code
	FromRefresh                   // a refresh token
	FromUserToken                 // an access token, on behalf of its user
	FromPassword                  // name and password (ROPC)
)

// Subject is for whom a token is asked at the token endpoint, after the front
// has authenticated the client (T1) and accepted the artefact (T2).
type Subject struct {
	Artefact Artefact
	// User is the account's object in the tenant; SignIn and SessionID are
	// as the code or the grant kept them.
	User      access.UserID
	SignIn    session.SignIn
	SessionID string
	// Redirect is the type of the reply address that began it.
	Redirect directory.RedirectType
	// Seen is where the person was when the code was issued. A confidential
	// client redeems from its own server, whose address says nothing of the
	// person's, so the code's is taken; all others are judged by the Caller.
	Seen *Seen
	// Contexts are those that the code was issued with.
	Contexts []string
	// Name and Password are for FromPassword.
	Name, Password string
	// Credential is how the client proved itself.
	Credential ClientCredential
}

// ClientCredential is how a client proved itself, for the log.
type ClientCredential struct {
	Kind       string // none, clientSecret, clientAssertion, certificate
	KeyID      directory.KeyID
	Thumbprint string
}
