package signin

import (
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/result"
)

// ReplyRules are a protocol's own rules for its answer, once the reply address
// was matched (P4): whether the response type is enabled, whether PKCE is due.
// Zero: they are met. A rule that is broken is told to the client.
type ReplyRules func(app *directory.Application, redirect directory.RedirectType) result.Code

// matchReply is P4: where the answer goes. An address that is not registered
// is never told anything (50011).
func (r *run) matchReply() (*stop, error) {
	switch {
	case r.a.Request.RedirectURI == "" && r.app.Redirects.Empty():
		return refuse(result.NoReplyAddressRegistered)
	case r.a.Request.RedirectURI == "":
		return refuse(result.NoReplyAddressSupplied)
	}
	redirect, ok := r.app.Redirects.Match(r.a.Request.RedirectURI)
	if !ok {
		return refuse(result.InvalidReplyTo)
	}
	r.redirect = redirect
	if r.rules != nil {
		if code := r.rules(r.app, redirect); code != result.Success {
			return &stop{code: code, toClient: true}, nil
		}
	}
	return nil, nil
}
