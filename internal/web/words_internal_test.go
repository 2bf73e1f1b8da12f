package web

import (
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// TestWordsOfTheDecision: whatever the decision can name, a page has words for.
func TestWordsOfTheDecision(t *testing.T) {
	all, err := readWords(result.Languages())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for bit := access.ClientAppTypes(1); bit <= access.OtherClients; bit <<= 1 {
		names = append(names, bit.String())
	}
	for _, p := range []access.Platforms{access.Android, access.IOS, access.Windows, access.MacOS, access.Linux} {
		names = append(names, p.String())
	}
	names = append(names, access.RiskLow.String(), access.RiskMedium.String(), access.RiskHigh.String(), access.RiskNone.String(),
		access.DeviceCodeFlow.String(), access.AuthenticationTransfer.String(), "unregistered", "compliant", "notCompliant", "hybridJoined", "registered", unknown)
	for _, l := range result.Languages() {
		w := all[l]
		for _, name := range names {
			if name == access.OtherClients.String() {
				name = "otherClients"
			}
			if !w.Has("value." + name) {
				t.Errorf("%s: no words for the value %q", l, name)
			}
		}
		for _, c := range conditions {
			if !w.Has("condition." + c.String()) {
				t.Errorf("%s: no words for the condition %q", l, c)
			}
		}
		unnamed := w.T("change.unnamed")
		for kind := access.ChangeMethod; kind <= access.ChangeExclude; kind++ {
			for _, value := range valuesOf(kind) {
				text := w.change(signin.Change{Kind: kind, Value: value})
				if text == unnamed || text == "" || strings.Contains(text, "<no value>") {
					t.Errorf("%s: no words for the change %d to %q: %q", l, kind, value, text)
				}
			}
		}
	}
}

// conditions are those that a policy can have.
var conditions = []access.Condition{
	access.ConditionApplication, access.ConditionUsers, access.ConditionPlatform, access.ConditionLocation, access.ConditionClientType,
	access.ConditionSignInRisk, access.ConditionUserRisk, access.ConditionDeviceState, access.ConditionServicePrincipals,
	access.ConditionServicePrincipalRisk, access.ConditionFlows, access.ConditionInsiderRisk, access.ConditionInvalid,
}

// valuesOf are the values that a kind of change may have.
func valuesOf(kind access.ChangeKind) []string {
	switch kind {
	case access.ChangeMethod:
		return []string{"microsoftAuthenticatorPush", "password,softwareOath", "fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor", "home", "temporaryAccessPassOneTime"}
	case access.ChangeClient:
		return []string{access.Browser.String(), access.MobileAndDesktop.String()}
	case access.ChangePlatform:
		return []string{access.Windows.String(), access.Linux.String()}
	case access.ChangeTrust:
		return []string{"mfa", "compliantDevice", "domainJoinedDevice"}
	}
	return []string{""}
}

func TestPlace(t *testing.T) {
	all, err := readWords(result.Languages())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		l          result.Language
		seen, want string
	}{
		{result.English, "203.0.113.25, JP", "Japan, address 203.0.113.25"},
		{result.Japanese, "203.0.113.25, JP", "日本、アドレス 203.0.113.25"},
		{result.French, "2001:db8::1, DE", "Allemagne, adresse 2001:db8::1"},
		{result.Italian, "FR", "Francia"},
		{result.English, "203.0.113.25", "address 203.0.113.25"},
		{result.English, "", "not known"},
		{result.English, "ZZZ", "ZZZ"},
	} {
		if got := all[test.l].place(test.seen); got != test.want {
			t.Errorf("%s: %q is %q; %q is expected", test.l, test.seen, got, test.want)
		}
	}
}
