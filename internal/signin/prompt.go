package signin

import (
	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
)

// keepSignedIn is P17: "stay signed in?" (SI-360), for who proved themselves
// here and whom neither a policy nor an earlier answer spares the question.
// Notices (50201) and nudges (50203) have their place beside it.
func (r *run) keepSignedIn() (*stop, error) {
	switch {
	case r.subject != nil, r.silent, r.a.FromSession, r.finishing,
		!*r.tenant.Settings.KeepSignedIn,
		r.controls.PersistentBrowser != 0,
		r.risk != nil && r.risk.SignIn&(access.RiskMedium|access.RiskHigh) != 0,
		r.session != nil && r.session.Persistent,
		r.a.KMSI != session.NotAsked, r.a.SignIn.KMSI != session.NotAsked:
		return nil, nil
	}
	if in, ok := r.take(PageKeepSignedIn); ok && (in.Action == ActionAccept || in.Action == ActionDecline) {
		r.a.KMSI = answered(in.Action == ActionAccept)
		r.a.SignIn.KMSI = r.a.KMSI
		return nil, nil
	}
	return &stop{code: result.KmsiInterrupt, page: PageKeepSignedIn}, nil
}
