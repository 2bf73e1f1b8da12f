package storetest

import (
	"encoding/json"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// policy returns a policy document of a tenant.
func policy(tenant access.TenantID, name, state string) directory.Document {
	return directory.Document{
		Kind: directory.PolicyDocument, ID: ID(), TenantID: tenant, Created: Now,
		JSON: json.RawMessage(`{"displayName": "` + name + `", "state": "` + state + `", "vendorMember": [1,2]}`),
	}
}

func (s suite) documents(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant, other := Tenant(t, db, "contoso.example"), Tenant(t, db, "fabrikam.example")
	version := func() directory.PolicyVersion {
		t.Helper()
		v, err := d.PolicySets.PolicyVersion(ctx, tenant.ID)
		must(t, "version", err)
		return v
	}
	before := version()
	set, err := d.PolicySets.PolicySet(ctx, tenant.ID)
	must(t, "set of nothing", err)
	same(t, "set of nothing", set, directory.PolicySet{Version: before})

	mfa := policy(tenant.ID, "Require MFA", directory.StateReportOnly)
	must(t, "create a policy", d.Policies.Create(ctx, Change(), &mfa))
	same(t, "name and state come from the document", []string{mfa.DisplayName, mfa.State}, []string{"Require MFA", directory.StateReportOnly})
	office := directory.Document{Kind: directory.LocationDocument, ID: ID(), TenantID: tenant.ID, JSON: json.RawMessage(`{"displayName":"Office"}`)}
	must(t, "create a location", d.Locations.Create(ctx, Change(), &office))
	strong := directory.Document{Kind: directory.StrengthDocument, ID: mfa.ID, TenantID: tenant.ID, JSON: json.RawMessage(`{"displayName":"Strong"}`)}
	must(t, "create a strength with the id of a policy", d.Strengths.Create(ctx, Change(), &strong))
	foreign := policy(other.ID, "Elsewhere", directory.StateDisabled)
	must(t, "create a policy of another tenant", d.Policies.Create(ctx, Change(), &foreign))
	set, err = d.PolicySets.PolicySet(ctx, tenant.ID)
	must(t, "set", err)
	same(t, "set", set, directory.PolicySet{
		Version: version(), Policies: []directory.Document{mfa}, Locations: []directory.Document{office}, Strengths: []directory.Document{strong},
	})
	if set.Version <= before {
		t.Errorf("version %d after changes, was %d", set.Version, before)
	}

	before = version()
	_, err = d.Tenants.Update(ctx, Change(), tenant.ID, func(t *directory.Tenant) error { t.Settings.Disclosure = directory.DiscloseNone; return nil })
	must(t, "change settings", err)
	if version() <= before {
		t.Error("the version does not tell a change of settings")
	}
	before = version()
	_, err = d.Policies.Update(ctx, Change(), tenant.ID, access.PolicyID(mfa.ID), func(*directory.Document) error { return nil })
	must(t, "change nothing", err)
	same(t, "version after no change", version(), before)
	must(t, "delete", d.Policies.Delete(ctx, Change(), tenant.ID, access.PolicyID(mfa.ID)))
	if version() <= before {
		t.Error("the version does not tell a deletion")
	}

	for name, bad := range map[string]string{
		"another id": `{"id":"` + ID() + `","displayName":"x","state":"enabled"}`,
		"no state":   `{"displayName":"x"}`,
		"no name":    `{"state":"enabled"}`,
		"no object":  `[1]`,
		"no JSON":    `{`,
	} {
		doc := directory.Document{Kind: directory.PolicyDocument, ID: ID(), TenantID: tenant.ID, JSON: json.RawMessage(bad)}
		wantKind(t, "create a policy with "+name, d.Policies.Create(ctx, Change(), &doc), fault.Invalid)
	}
	misplaced := office
	misplaced.ID = ID()
	wantKind(t, "create a location as a policy", d.Policies.Create(ctx, Change(), &misplaced), fault.Invalid)
	_, err = d.PolicySets.PolicySet(ctx, access.TenantID(ID()))
	wantKind(t, "set of no tenant", err, fault.NotFound)
}

// securityDefaults proves CA-9, both ways round.
func (s suite) securityDefaults(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	defaults := func(on bool) error {
		_, err := d.Tenants.Update(ctx, Change(), tenant.ID, func(t *directory.Tenant) error { t.Settings.SecurityDefaults = on; return nil })
		return err
	}
	enabled, off := policy(tenant.ID, "on", directory.StateEnabled), policy(tenant.ID, "off", directory.StateDisabled)
	must(t, "turn defaults on", defaults(true))
	must(t, "create a disabled policy", d.Policies.Create(ctx, Change(), &off))
	wantKind(t, "create an enabled policy", d.Policies.Create(ctx, Change(), &enabled), fault.Conflict)
	must(t, "turn defaults off", defaults(false))
	must(t, "create an enabled policy", d.Policies.Create(ctx, Change(), &enabled))
	wantKind(t, "turn defaults on beside an enabled policy", defaults(true), fault.Conflict)
	must(t, "delete it", d.Policies.Delete(ctx, Change(), tenant.ID, access.PolicyID(enabled.ID)))
	must(t, "turn defaults on again", defaults(true))
}

func (s suite) agreements(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")
	terms := directory.Agreement{ID: access.AgreementID(ID()), TenantID: tenant.ID, DisplayName: "Terms", Texts: map[string]string{"": "Be kind."}, Validity: 24 * 3600e9}
	must(t, "create", d.Agreements.Create(ctx, Change(), &terms))
	accepted := func() []access.AgreementID {
		t.Helper()
		ids, err := d.Agreements.Accepted(ctx, tenant.ID, ann.ID, Now.Add(3600e9))
		must(t, "accepted", err)
		return ids
	}
	same(t, "before", len(accepted()), 0)
	must(t, "accept", d.Agreements.Record(ctx, Change(), terms.Accept(ann.ID, Now)))
	same(t, "accepted", accepted(), []access.AgreementID{terms.ID})
	declined := terms.Accept(ann.ID, Now)
	declined.Accepted = false
	must(t, "decline", d.Agreements.Record(ctx, Change(), declined))
	same(t, "declined", len(accepted()), 0)
	must(t, "accept in the past", d.Agreements.Record(ctx, Change(), terms.Accept(ann.ID, Now.Add(-24*3600e9))))
	same(t, "expired", len(accepted()), 0)
	must(t, "accept again", d.Agreements.Record(ctx, Change(), terms.Accept(ann.ID, Now)))
	_, err := d.Agreements.Update(ctx, Change(), tenant.ID, terms.ID, func(a *directory.Agreement) error { a.Version++; return nil })
	must(t, "publish a new version", err)
	same(t, "accepted an old version", len(accepted()), 0)
	stranger := terms.Accept(access.UserID(ID()), Now)
	wantKind(t, "acceptance of nobody", d.Agreements.Record(ctx, Change(), stranger), fault.NotFound)
}
