package replay_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// texts are what the fields of random records may be, by the field's name; what is
// not here may be a few texts that mean nothing. Every field may also be empty.
var texts = map[string][]string{
	"UserID":   {ada.id, kenji.id, lucia.id, pat.id, strings.ToUpper(ada.id), "05e40000-0000-4000-8000-00000000000f", "00000000-0000-0000-0000-000000000000"},
	"UserType": {"member", "guest", "member", "other"}, "HomeTenantID": tenantIDs, "ResourceTenantID": tenantIDs, "AppOwnerTenantID": tenantIDs,
	"CrossTenantAccessType": {"none", "b2bCollaboration", "b2bDirectConnect", "serviceProvider", "unknownFutureValue"},
	"ServicePrincipalID":    asTexts(workloads), "AppID": asTexts(appIDs), "ResourceID": asTexts(appIDs),
	"ConditionalAccessStatus": {"success", "failure", "notApplied", "Success", "unknown"},
	"IPAddress":               {"192.0.2.1", "192.0.2.2", "192.0.2.100", "192.0.2.200", "198.51.100.1", "2001:db8::1", "::ffff:192.0.2.1", "not an address"},
	"CountryOrRegion":         {"DE", "FR", "JP", "US", "de", "Germany", "??"},
	"ClientAppUsed":           {"Browser", "Mobile Apps and Desktop clients", "Exchange ActiveSync", "IMAP4", "browser", "Unknown"},
	"OperatingSystem":         {"Windows 10", "Windows 11", "MacOs", "Ios 18.1", "Android", "Linux", "Amiga", "Windows Phone"},
	"TrustType":               {"Azure AD joined", "Hybrid Azure AD joined", "Azure AD registered", "Microsoft Entra joined", "?"},
	"AuthenticationProtocol":  {"none", "deviceCode", "authenticationTransfer", "oAuth2"}, "OriginalTransferMethod": {"none", "deviceCodeFlow", "authenticationTransfer"},
	"RiskLevelDuringSignIn": {"none", "low", "medium", "high", "hidden", "?"}, "RiskLevelAggregated": {"none", "low", "medium", "high", "hidden", "?"},
	"AdditionalDetails": {"MFA requirement satisfied by claim in the token", "MFA completed in Azure AD", "MFA denied; user declined the authentication"},
	"Device.ID":         {"de000000-0000-4000-8000-000000000001", "de000000-0000-4000-8000-000000000002"}, "Device.DisplayName": {"PAW-1", "PAW-2", "LT-1", "LT-2"},
	"ClientCredentialType": {"none", "clientSecret"},
}

func asTexts[T ~string](list []T) []string {
	var out []string
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}

// leaf is a field of a record, or of a structure in it.
type leaf struct {
	path  string
	index []int
}

// leaves are all fields of a record but those that tell where it was read.
var leaves = leavesOf(reflect.TypeFor[signinlog.Record](), "", nil)

// deviceLeaves are those of the device.
var deviceLeaves = slices.DeleteFunc(slices.Clone(leaves), func(l leaf) bool { return !strings.HasPrefix(l.path, "Device.") })

func leavesOf(t reflect.Type, path string, index []int) []leaf {
	var list []leaf
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(slices.Clone(index), i)
		switch {
		case f.Name == "Source":
		case f.Type.Kind() == reflect.Struct && f.Type != reflect.TypeFor[time.Time]() && !strings.HasPrefix(f.Type.Name(), "Maybe["):
			list = append(list, leavesOf(f.Type, path+f.Name+".", at)...)
		default:
			list = append(list, leaf{path + f.Name, at})
		}
	}
	return list
}

// records makes a log: most records are an earlier one with a few fields changed.
// Lists are what records may tell of policies.
func (d dice) records(n int, lists [][]*signinlog.PolicyOutcome) []*signinlog.Record {
	all := []*signinlog.Record{row(func(rec *signinlog.Record) { // whose device counts, since the flow is told
		rec.OriginalTransferMethod, rec.Device = "none", signinlog.Device{ID: texts["Device.ID"][0], DisplayName: "PAW-1", OperatingSystem: "Windows 11"}
		rec.AuthenticationDetails = d.steps()
	})}
	for len(all) < n {
		rec := all[len(all)-1-d.IntN(min(len(all), 6))].Clone()
		rec.ID = fmt.Sprint("r", len(all))
		for range d.IntN(4) {
			d.change(rec, lists)
		}
		all = append(all, rec)
	}
	return all
}

// change changes one field of a record.
func (d dice) change(rec *signinlog.Record, lists [][]*signinlog.PolicyOutcome) {
	l := pick(d, leaves)
	if d.chance(30) { // the device has few fields, and policies look at all of them
		l = pick(d, deviceLeaves)
	}
	v := reflect.ValueOf(rec).Elem().FieldByIndex(l.index)
	switch x := v.Addr().Interface().(type) {
	case *string:
		*x = d.text(l.path)
	case *signinlog.Maybe[bool]:
		*x = signinlog.Maybe[bool]{Value: d.chance(50), Known: d.chance(80)}
		x.Value = x.Value && x.Known
	case *signinlog.Maybe[access.ResultCode]:
		*x = pick(d, []signinlog.Maybe[access.ResultCode]{{}, signinlog.Told[access.ResultCode](0), signinlog.Told[access.ResultCode](0), signinlog.Told[access.ResultCode](50126),
			signinlog.Told[access.ResultCode](53003), signinlog.Told[access.ResultCode](53000), signinlog.Told[access.ResultCode](50074), signinlog.Told[access.ResultCode](50076), signinlog.Told[access.ResultCode](65001), signinlog.Told[access.ResultCode](70043), signinlog.Told[access.ResultCode](999999)})
	case *[]*signinlog.PolicyOutcome:
		*x = pick(d, lists)
	case *[]signinlog.Audience:
		*x = nil
		for _, id := range some(d, appIDs) {
			*x = append(*x, signinlog.Audience{AppID: string(id)})
		}
	case *[]signinlog.AuthenticationContext:
		*x = nil
		for _, id := range some(d, []string{"c1", "c2", "c3", ""}) {
			*x = append(*x, signinlog.AuthenticationContext{ID: id, Detail: pick(d, []string{"required", "notApplicable"})})
		}
	case *[]signinlog.AuthenticationStep:
		*x = d.steps()
	case *[]string:
		*x = nil
		if l.path == "SignInEventTypes" {
			*x = some(d, []string{"interactiveUser", "nonInteractiveUser", "servicePrincipal", "managedIdentity"})
		}
	case *json.RawMessage:
		*x = nil
		if d.chance(10) {
			*x = json.RawMessage(pick(d, []string{`{"userId":"u","guestType":"none","appId":"a","clientAppType":"browser","authenticationFlow":"none","satisfiedMethods":["fido2"]}`, `{"country":7}`, `[]`}))
		}
	}
}

func (d dice) text(path string) string {
	pool := texts[path]
	if pool == nil {
		pool = texts[path[strings.LastIndexByte(path, '.')+1:]]
	}
	switch {
	case d.chance(15):
		return ""
	case d.chance(2): // too long to remember
		return "x" + strings.Repeat("y", 300)
	case pool == nil:
		return pick(d, []string{"one", "two"})
	}
	return pick(d, pool)
}

func (d dice) steps() []signinlog.AuthenticationStep {
	var list []signinlog.AuthenticationStep
	for range d.IntN(3) {
		list = append(list, signinlog.AuthenticationStep{
			Method:       pick(d, []string{"Password", "Mobile app notification", "FIDO2 security key", "Previously satisfied", ""}),
			Succeeded:    signinlog.Maybe[bool]{Value: d.chance(80), Known: d.chance(90)},
			ResultDetail: pick(d, []string{"", "MFA requirement satisfied by claim in the token", "Correct password"}),
			Requirement:  pick(d, []string{"", "Primary authentication", "Multi-factor authentication"}),
		})
	}
	return list
}

// lists makes what records may tell of a tenant's policies: nothing, or some of them,
// in any spelling. Equal lists lie in several places.
func (d dice) lists(src access.Source) [][]*signinlog.PolicyOutcome {
	lists := [][]*signinlog.PolicyOutcome{nil, {}}
	for range 6 {
		var list, same []*signinlog.PolicyOutcome
		for _, p := range src.Policies {
			if d.chance(20) {
				continue
			}
			o := d.outcome(string(p.ID))
			again := *o
			list, same = append(list, o), append(same, &again)
		}
		if d.chance(20) {
			list = append(list, d.outcome(pick(d, []string{"gone", "SecurityDefaults"})))
		}
		lists = append(lists, list, same)
	}
	return lists
}

func (d dice) outcome(id string) *signinlog.PolicyOutcome {
	if d.chance(20) {
		id = strings.ToUpper(id)
	}
	o := &signinlog.PolicyOutcome{ID: id, DisplayName: pick(d, []string{"", "A name"}), Result: signinlog.Maybe[access.Result]{Value: access.Result(d.IntN(10)), Known: d.chance(95)}}
	if d.chance(50) {
		o.Satisfied, o.NotSatisfied = signinlog.Told(pick(d, []access.Condition{1, 3, 3, 19, 259})), signinlog.Told(pick(d, []access.Condition{0, 2, 8, 256}))
	}
	return o
}
