package signinlog

import (
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// parseBool reads a truth value in any spelling met: true, TRUE, 1, Yes.
func parseBool(b []byte) (value, ok bool) {
	switch {
	case equalFold(b, "true"), equalFold(b, "yes"), string(b) == "1":
		return true, true
	case equalFold(b, "false"), equalFold(b, "no"), string(b) == "0":
		return false, true
	}
	return false, false
}

// parseCode reads a result code: a number, or the words some pipelines put in
// its place. A failure without a number is not told.
func parseCode(b []byte) (access.ResultCode, bool) {
	if equalFold(b, "success") {
		return 0, true
	}
	if len(b) == 0 || len(b) > 10 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(b), 10, 32)
	if err != nil || n < 0 {
		return 0, false
	}
	return access.ResultCode(n), true
}

// policyResults are Graph's words in the order of their numbers (LOG-1).
var policyResults = [...]string{"success", "failure", "notApplied", "notEnabled", "unknown", "unknownFutureValue",
	"reportOnlySuccess", "reportOnlyFailure", "reportOnlyNotApplied", "reportOnlyInterrupted"}

// parseResult reads what a policy did, as a word or a number (LOG-1).
func parseResult(b []byte) (access.Result, bool) {
	for i, word := range policyResults {
		if equalFold(b, word) {
			if word == "unknownFutureValue" { // asked for without the header of LOG-13
				return access.ResultUnknown, true
			}
			return access.Result(i), true
		}
	}
	if len(b) == 1 && b[0] >= '0' && b[0] <= '9' {
		return access.Result(b[0] - '0'), true
	}
	return 0, false
}

// conditionBits are the flags by name (LOG-4).
var conditionBits = map[string]access.Condition{
	"none": 0, "application": 1, "users": 2, "deviceplatform": 4, "location": 8, "clienttype": 16,
	"signinrisk": 32, "userrisk": 64, "time": 128, "devicestate": 256, "client": 512,
	"ipaddressseenbyazuread": 1024, "ipaddressseenbyresourceprovider": 2048, "unknownfuturevalue": 4096,
	"serviceprincipals": 8192, "serviceprincipalrisk": 16384, "authenticationflows": 32768, "insiderrisk": 65536,
}

// parseConditions reads a set of conditions: a number, or names separated by
// commas (LOG-4). A name that is none makes the whole set untold.
func parseConditions(b []byte) (access.Condition, bool) {
	if len(b) == 0 {
		return 0, false
	}
	if b[0] >= '0' && b[0] <= '9' {
		n, err := strconv.ParseUint(string(b), 10, 32)
		return access.Condition(n), err == nil
	}
	var set access.Condition
	for name := range strings.SplitSeq(string(b), ",") {
		bit, ok := conditionBits[strings.ToLower(strings.TrimSpace(name))]
		if !ok {
			return 0, false
		}
		set |= bit
	}
	return set, true
}

// equalFold reports whether b is word but for the case of ASCII letters.
func equalFold(b []byte, word string) bool {
	if len(b) != len(word) {
		return false
	}
	for i := range b {
		if b[i] != word[i] && lower(b[i]) != lower(word[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// spelling maps the other spellings of a word, in lower case without spaces, to
// Graph's. Words that are not in it stay as they are: enumerations are open.
type spelling map[string]string

func (s spelling) of(word string) string {
	key := strings.ToLower(strings.Map(dropSpace, word))
	if graph, ok := s[key]; ok {
		return graph
	}
	return word
}

func dropSpace(r rune) rune {
	if r == ' ' || r == '-' {
		return -1
	}
	return r
}

var (
	// 0 to 3 occur in Log Analytics rows; "applied" in older documentation.
	statusWords = spelling{"0": "success", "1": "failure", "2": "notApplied", "3": "unknown", "success": "success",
		"failure": "failure", "notapplied": "notApplied", "applied": "success", "unknown": "unknown"}
	userTypeWords    = spelling{"member": "member", "guest": "guest"}
	requirementWords = spelling{"singlefactorauthentication": "singleFactorAuthentication",
		"multifactorauthentication": "multiFactorAuthentication", "singlefactor": "singleFactorAuthentication",
		"multifactor": "multiFactorAuthentication"}
	protocolWords = spelling{"none": "none", "devicecode": "deviceCode", "ropc": "ropc", "oauth2": "oAuth2",
		"wsfederation": "wsFederation", "saml20": "saml20", "saml2.0": "saml20", "oauth2.0": "oAuth2",
		"authenticationtransfer": "authenticationTransfer", "nativeauth": "nativeAuth"}
	transferWords = spelling{"none": "none", "devicecodeflow": "deviceCodeFlow", "devicecode": "deviceCodeFlow",
		"authenticationtransfer": "authenticationTransfer"}
	tokenWords = spelling{"none": "none", "primaryrefreshtoken": "primaryRefreshToken", "saml11": "saml11", "saml20": "saml20",
		"refreshtoken": "refreshToken", "remotedesktoptoken": "remoteDesktopToken"}
	crossTenantWords = spelling{"none": "none", "b2bcollaboration": "b2bCollaboration", "b2bdirectconnect": "b2bDirectConnect",
		"microsoftsupport": "microsoftSupport", "serviceprovider": "serviceProvider", "passthrough": "passthrough"}
	credentialWords = spelling{"none": "none", "clientsecret": "clientSecret", "clientassertion": "clientAssertion",
		"federatedidentitycredential": "federatedIdentityCredential", "managedidentity": "managedIdentity", "certificate": "certificate"}
	riskWords = spelling{"none": "none", "low": "low", "medium": "medium", "high": "high", "hidden": "hidden"}
)
