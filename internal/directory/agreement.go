package directory

import (
	"context"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Agreement is terms of use that a policy may demand.
type Agreement struct {
	ID          access.AgreementID `json:"id"`
	TenantID    access.TenantID    `json:"tenantId"`
	DisplayName string             `json:"displayName"`
	Version     int                `json:"version"` // of the text; a new one must be accepted anew
	// Texts are plain text by BCP 47 language; "" is the one for all others.
	Texts map[string]string `json:"texts"`
	// Validity is how long an acceptance lasts; zero: until a new version.
	Validity time.Duration `json:"validity,omitempty"`
	Created  time.Time     `json:"createdDateTime"`
}

// Acceptance is one person's answer to an agreement.
type Acceptance struct {
	TenantID  access.TenantID    `json:"tenantId"`
	Agreement access.AgreementID `json:"agreementId"`
	User      access.UserID      `json:"userId"`
	Version   int                `json:"version"`
	Accepted  bool               `json:"accepted"` // false: declined
	At        time.Time          `json:"recordedDateTime"`
	Until     time.Time          `json:"expirationDateTime,omitzero"` // zero: no end
}

// Agreements stores terms of use and their acceptance. A deleted person's
// acceptances stay in the audit log only.
type Agreements interface {
	Objects[access.AgreementID, Agreement]
	// Record keeps the person's latest answer, audited: fault.NotFound if
	// agreement or person do not exist.
	Record(ctx context.Context, change Change, acceptance Acceptance) error
	// Accepted returns the agreements whose present version the person has
	// accepted and whose acceptance holds at an instant, by id.
	Accepted(ctx context.Context, tenant access.TenantID, user access.UserID, at time.Time) ([]access.AgreementID, error)
}

// Accept returns the person's acceptance of the present version.
func (a *Agreement) Accept(user access.UserID, at time.Time) Acceptance {
	acceptance := Acceptance{TenantID: a.TenantID, Agreement: a.ID, User: user, Version: a.Version, Accepted: true, At: at}
	if a.Validity > 0 {
		acceptance.Until = at.Add(a.Validity)
	}
	return acceptance
}

// Check brings a into its stored form and reports every broken rule.
func (a *Agreement) Check() error {
	fold(&a.ID)
	fold(&a.TenantID)
	instants(&a.Created)
	a.DisplayName = strings.TrimSpace(a.DisplayName)
	orDefault(&a.Version, 1)
	var c fault.Check
	checkIDs(&c, string(a.ID), a.TenantID)
	checkName(&c, "displayName", a.DisplayName)
	c.Require(a.Version > 0, "version", "is %d; 1 or more is expected", a.Version)
	c.Require(len(a.Texts) > 0, "texts", "is empty; a text is expected")
	c.Require(a.Validity >= 0, "validity", "is negative")
	return c.Err("agreement")
}

// Check brings a into its stored form and reports every broken rule.
func (a *Acceptance) Check() error {
	fold(&a.Agreement)
	fold(&a.TenantID)
	fold(&a.User)
	instants(&a.At, &a.Until)
	var c fault.Check
	checkIDs(&c, string(a.Agreement), a.TenantID)
	c.Require(IsGUID(string(a.User)), "userId", "%q is not a GUID", a.User)
	return c.Err("acceptance")
}
