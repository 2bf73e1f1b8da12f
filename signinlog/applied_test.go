package signinlog_test

import (
	"slices"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// TestMasksShortCircuit follows LOG-8 condition by condition; the pairs in the
// comments are those of real rows.
func TestMasksShortCircuit(t *testing.T) {
	const (
		app, users, platform, location, client = access.ConditionApplication, access.ConditionUsers, access.ConditionPlatform, access.ConditionLocation, access.ConditionClientType
		workload                               = access.ConditionServicePrincipals
		none                                   = access.Condition(0)
	)
	tests := []struct {
		name               string
		held, missed, open access.Condition
		want               signinlog.Masks
	}{
		{"application missed: 0/1", users | location, app, none, signinlog.Masks{NotSatisfied: app}},
		{"users missed: 1/2", app | client, users | location, none, signinlog.Masks{Satisfied: app, NotSatisfied: users}},
		{"workload missed", app, workload, none, signinlog.Masks{Satisfied: app, NotSatisfied: workload}},
		{"client missed: 3/16", app | users, client | location, none, signinlog.Masks{Satisfied: app | users, NotSatisfied: client}},
		{"all others together: 19/12", app | users | client, platform | location, none, signinlog.Masks{Satisfied: app | users | client, NotSatisfied: platform | location}},
		{"location missed: 3/8", app | users, location, none, signinlog.Masks{Satisfied: app | users, NotSatisfied: location}},
		{"all held: 19/0", app | users | client, none, none, signinlog.Masks{Satisfied: app | users | client}},
		{"switched off: 0/0", none, none, none, signinlog.Masks{}},
		{"users open", app | client, location, users, signinlog.Masks{Satisfied: app, Open: users | client | location}},
		{"location open", app | users, platform, location, signinlog.Masks{Satisfied: app | users, NotSatisfied: platform, Open: location}},
		{"not understood", none, access.ConditionInvalid, none, signinlog.Masks{}},
	}
	for _, tt := range tests {
		o := access.Outcome{Policy: &access.Policy{}, Held: tt.held, Missed: tt.missed, Open: tt.open}
		if got := signinlog.MasksOf(&o); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestMasksMatch(t *testing.T) {
	m := signinlog.Masks{Satisfied: 19, NotSatisfied: 8, Open: 4}
	for _, tt := range []struct {
		satisfied, not access.Condition
		want           bool
	}{{19, 8, true}, {23, 8, true}, {19, 12, true}, {19, 1032, true}, {3, 8, false}, {19, 0, false}, {19, 8 + 32, false}} {
		if got := m.Match(tt.satisfied, tt.not); got != tt.want {
			t.Errorf("%d/%d: %v, want %v", tt.satisfied, tt.not, got, tt.want)
		}
	}
}

func explain(t *testing.T, options access.Options, f access.Facts, policies ...access.Policy) *access.Explanation {
	t.Helper()
	for i := range policies {
		p := &policies[i]
		p.State = max(p.State, access.StateEnabled)
		p.Conditions.Users.Include.All = true
		p.Conditions.Applications.Include.All = true
	}
	set, err := access.Compile(access.Source{Policies: policies}, options)
	if err != nil {
		t.Fatal(err)
	}
	return set.Explain(&f)
}

// person is a member with a password alone.
func person() access.Facts {
	return access.Facts{UserID: access.Known[access.UserID]("u"), GuestTypes: access.Known(access.GuestTypesNone), Methods: access.Known(access.Password),
		Audiences: access.Known([]access.Audience{{AppID: "a"}}), ClientApp: access.Known(access.Browser), MFARegistered: access.Known(true),
		Flow: access.Known(access.FlowNone), AcceptedTermsOfUse: access.Known([]access.AgreementID{"t"})}
}

// TestTermsOfUseFailWhileMFAIsPending: CA-173.
func TestTermsOfUseFailWhileMFAIsPending(t *testing.T) {
	policies := []access.Policy{
		{ID: "mfa", Grant: &access.GrantControls{Controls: access.MFA}},
		{ID: "terms", Grant: &access.GrantControls{TermsOfUse: []access.AgreementID{"t"}}},
		{ID: "reported", State: access.StateReportOnly, Grant: &access.GrantControls{TermsOfUse: []access.AgreementID{"t"}}},
	}
	pending := signinlog.Applied(explain(t, access.Options{}, person(), policies...), func(string) string { return "House rules" })
	for i, want := range []access.Result{access.ResultFailure, access.ResultFailure, access.ResultReportOnlyInterrupted} {
		if got, _ := pending[i].Result.Get(); got != want {
			t.Errorf("%s while pending: %v, want %v", pending[i].ID, got, want)
		}
	}
	if want := []string{"House rules"}; !slices.Equal(pending[1].GrantControls, want) {
		t.Errorf("controls %v, want %v", pending[1].GrantControls, want)
	}
	done := person()
	done.Methods = access.Known(access.Password | access.SMS)
	for _, p := range signinlog.Applied(explain(t, access.Options{}, done, policies...), nil)[:2] {
		if got, _ := p.Result.Get(); got != access.ResultSuccess {
			t.Errorf("%s afterwards: %v", p.ID, got)
		}
	}
}

func TestAppliedNamesControls(t *testing.T) {
	policies := []access.Policy{
		{ID: "on", Conditions: access.Conditions{ClientApps: access.OtherClients}, Grant: &access.GrantControls{Any: true, Controls: access.MFA | access.CompliantDevice, Custom: []string{"c"}},
			Session: access.SessionControls{TokenProtection: true, PersistentBrowser: access.PersistentNever}},
		{ID: "strength", Grant: &access.GrantControls{Strength: access.StrengthPhishingResistant}},
		{ID: "off", State: access.StateDisabled, Grant: &access.GrantControls{Controls: access.Block}},
	}
	list := signinlog.Applied(explain(t, access.Options{}, person(), policies...), func(id string) string { return "<" + id + ">" })
	on, strength, off := list[0], list[1], list[2]
	if want := []string{"Mfa", "RequireCompliantDevice", "<c>"}; !slices.Equal(on.GrantControls, want) {
		t.Errorf("a policy that did not apply lists %v, want %v (LOG-7)", on.GrantControls, want)
	}
	if want := []string{"PersistentBrowserSessionMode", "SignInTokenProtection"}; !slices.Equal(on.SessionControls, want) {
		t.Errorf("session controls %v, want %v", on.SessionControls, want)
	}
	if on.Satisfied != signinlog.Told(access.ConditionApplication|access.ConditionUsers) || on.NotSatisfied != signinlog.Told(access.ConditionClientType) {
		t.Errorf("masks %v/%v", on.Satisfied, on.NotSatisfied)
	}
	if strength.Strength.ID != string(access.StrengthPhishingResistant) || len(strength.GrantControls) != 1 {
		t.Errorf("strength %+v", strength)
	}
	if off.GrantControls != nil || off.Satisfied != signinlog.Told[access.Condition](0) || off.NotSatisfied != signinlog.Told[access.Condition](0) {
		t.Errorf("a policy that is switched off shows %+v (LOG-7)", off)
	}
}

// TestAppliedWithUnknownFacts: offline an open condition leaves the masks
// untold; live it counts as the decision counted it.
func TestAppliedWithUnknownFacts(t *testing.T) {
	f := person()
	f.ClientApp = access.Fact[access.ClientAppTypes]{}
	policies := func(on access.OnUnknown) access.Policy {
		return access.Policy{ID: "p", OnUnknown: on, Conditions: access.Conditions{ClientApps: access.OtherClients}, Grant: &access.GrantControls{Controls: access.Block}}
	}
	if p := signinlog.Applied(explain(t, access.Options{}, f, policies(access.UnknownApplies)), nil)[0]; p.Satisfied.Known || p.NotSatisfied.Known {
		t.Errorf("offline: %+v", p)
	}
	applies := signinlog.Applied(explain(t, access.Options{Live: true}, f, policies(access.UnknownApplies)), nil)[0]
	skips := signinlog.Applied(explain(t, access.Options{Live: true}, f, policies(access.UnknownSkips)), nil)[0]
	if applies.Satisfied != signinlog.Told[access.Condition](19) || skips.NotSatisfied != signinlog.Told[access.Condition](16) {
		t.Errorf("live: %v/%v and %v/%v", applies.Satisfied, applies.NotSatisfied, skips.Satisfied, skips.NotSatisfied)
	}
}

func TestControlOf(t *testing.T) {
	if c, ok := signinlog.ControlOf("requireCompliantDevice"); !ok || c != access.CompliantDevice {
		t.Errorf("%v, %v", c, ok)
	}
	if _, ok := signinlog.ControlOf("Guest terms of use"); ok {
		t.Error("a name that anybody chose is no control")
	}
}
