package signin

import (
	"errors"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/result"
)

// promptTerms shows terms of use, or takes the answer. Who declines is refused
// (CA-110), and may think again.
func (r *run) promptTerms(id access.AgreementID) (bool, *stop, error) {
	agreements := r.p.parts.Directory.Agreements
	agreement, err := agreements.Get(r.ctx, r.tenant.ID, id)
	switch {
	case errors.Is(err, fault.NotFound): // a policy names terms that are gone: nobody can accept them
		s, err := refuse(result.BlockedByConditionalAccess)
		return false, s, err
	case err != nil:
		return false, nil, err
	}
	in, ok := r.take(PageTerms)
	if ok && (in.Action == ActionAccept || in.Action == ActionDecline) {
		answer := agreement.Accept(r.user.ID, r.now)
		answer.Accepted = in.Action == ActionAccept
		if err := agreements.Record(r.ctx, r.change(), answer); err != nil {
			return false, nil, err
		}
		if answer.Accepted {
			return true, nil, nil
		}
		s, err := refuse(result.ExternalSecurityChallenge)
		return false, s, err
	}
	s := &stop{code: result.ExternalSecurityChallenge, page: PageTerms, fill: func(s *Step) {
		s.Terms = &TermsPage{ID: agreement.ID, DisplayName: agreement.DisplayName, Version: agreement.Version, Texts: agreement.Texts}
	}}
	return false, s, nil
}
