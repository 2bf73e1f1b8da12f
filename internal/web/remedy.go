package web

import (
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/signin"
)

// remedyText is a remedy in words: all its changes together lead to a grant.
type remedyText struct {
	Changes []changeText
}

// changeText is one change in words.
type changeText struct {
	Kind string // for the picture: method, client, place, platform, device, admin
	Text string
	// ByOther: somebody else must do this part of a remedy.
	ByOther bool
}

// mostRemedies is how many ways a page offers. They come with the easiest
// first; nobody reads the twentieth.
const mostRemedies = 6

// remedyTexts puts remedies into words, parted by who can carry them out. Two
// that read the same are one: places and rules are not named.
func remedyTexts(w *words, remedies []signin.Remedy) (yours, admins []remedyText) {
	for _, r := range remedies {
		list := &yours
		if r.By > access.ByUser {
			list = &admins
		}
		text := remedyText{}
		for _, c := range r.Changes {
			change := changeText{changeKind(c.Kind), w.change(c), c.By > access.ByUser && r.By == access.ByUser}
			if !slices.Contains(text.Changes, change) {
				text.Changes = append(text.Changes, change)
			}
		}
		same := func(o remedyText) bool { return slices.Equal(o.Changes, text.Changes) }
		if len(*list) < mostRemedies && !slices.ContainsFunc(*list, same) {
			*list = append(*list, text)
		}
	}
	return yours, admins
}

// changeWords are the messages of the kinds of change; a "." at the end asks
// for the change's value.
var changeWords = map[access.ChangeKind]string{
	access.ChangeTerms:            "terms",
	access.ChangeCustomControl:    "custom",
	access.ChangePassword:         "password",
	access.ChangeRemediation:      "remediation",
	access.ChangeClient:           "client.",
	access.ChangeFlow:             "flow",
	access.ChangeProtectedApp:     "protectedApp",
	access.ChangeApprovedApp:      "approvedApp",
	access.ChangeLeaveNetwork:     "leaveNetwork",
	access.ChangeLocation:         "place",
	access.ChangeTrustedLocation:  "trustedPlace",
	access.ChangeOtherCountry:     "otherCountry",
	access.ChangeCompliantNetwork: "compliantNetwork",
	access.ChangePlatform:         "platform",
	access.ChangeCompliantDevice:  "compliantDevice",
	access.ChangeJoinedDevice:     "joinedDevice",
	access.ChangeRegisterMFA:      "registerMFA",
	access.ChangeSignInRisk:       "signInRisk",
	access.ChangeUserRisk:         "userRisk",
	access.ChangeTrust:            "trust.",
	access.ChangeExclude:          "exclude",
}

// change puts one change into words.
func (w *words) change(c signin.Change) string {
	name := changeWords[c.Kind]
	if c.Kind == access.ChangeMethod {
		name = "method." + methodOf(c.Value)
	}
	if strings.HasSuffix(name, ".") {
		name += c.Value
	}
	id := "change." + name
	if name == "" || !w.Has(id) {
		return w.T("change.unnamed")
	}
	return w.T(id, "Value", w.value(c.Value))
}

// methodOf tells for a combination of methods what a person would call it.
func methodOf(value string) string {
	for _, m := range []struct{ word, name string }{
		{"fido2", "passkey"}, {"windowsHelloForBusiness", "passkey"}, {"x509", "certificate"},
		{"temporaryAccessPass", "pass"}, {"federated", "home"}, {"home", "home"},
	} {
		if strings.Contains(value, m.word) {
			return m.name
		}
	}
	return "second"
}

// changeKind names the picture of a change.
func changeKind(kind access.ChangeKind) string {
	switch kind {
	case access.ChangeMethod, access.ChangeTerms, access.ChangeCustomControl, access.ChangePassword, access.ChangeRemediation:
		return "method"
	case access.ChangeClient, access.ChangeFlow, access.ChangeProtectedApp, access.ChangeApprovedApp:
		return "client"
	case access.ChangeLeaveNetwork, access.ChangeLocation, access.ChangeTrustedLocation, access.ChangeOtherCountry, access.ChangeCompliantNetwork:
		return "place"
	case access.ChangePlatform, access.ChangeCompliantDevice, access.ChangeJoinedDevice:
		return "device"
	}
	return "admin"
}
