package triage

import (
	"time"

	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// Rating is one record with the base risk of its code.
type Rating struct {
	ID            string    `json:"id,omitempty"`
	Time          time.Time `json:"time"`
	CorrelationID string    `json:"correlationId,omitempty"`
	User          string    `json:"user,omitempty"`
	App           string    `json:"app,omitempty"`
	IPAddress     string    `json:"ipAddress,omitempty"`
	// ResultCode is missing where the log tells none, Name and Reason where the
	// catalogue does not have the code.
	ResultCode *int        `json:"resultCode,omitempty"`
	Name       string      `json:"name,omitempty"`
	BaseRisk   result.Risk `json:"baseRisk"`
	Reason     string      `json:"reason,omitempty"`
}

// Rate returns a record's rating, and whether the catalogue has its code.
func Rate(r *signinlog.Record) (Rating, bool) {
	out := Rating{ID: r.ID, Time: r.Time, CorrelationID: r.CorrelationID, User: r.UserPrincipalName, App: r.AppDisplayName, IPAddress: r.IPAddress}
	if out.User == "" {
		out.User = r.ServicePrincipalName
	}
	code, ok := r.Status.ErrorCode.Get()
	if !ok {
		return out, false
	}
	n := int(code)
	out.ResultCode = &n
	entry, ok := result.Lookup(result.Code(code))
	if !ok {
		return out, false
	}
	out.Name, out.BaseRisk = entry.Name, entry.BaseRisk
	out.Reason = entry.Text(result.English).Justification
	return out, true
}
