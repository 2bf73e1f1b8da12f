package signinlog_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
)

// graphRows makes n rows of Graph signIn JSON that look like a tenant's: few
// apps, some hundred users, policies that repeat.
func graphRows(n, policies int) [][]byte {
	rng := rand.New(rand.NewPCG(1, 2))
	rows := make([][]byte, 0, n)
	for i := range n {
		rows = append(rows, graphRow(rng, i, policies))
	}
	return rows
}

func graphRow(rng *rand.Rand, i, policies int) []byte {
	user := rng.IntN(500)
	app := rng.IntN(20)
	place := [...]string{
		`{"city":"Berlin","state":"Berlin","countryOrRegion":"DE","geoCoordinates":{"altitude":null,"latitude":52.516910552978516,"longitude":13.388809204101562}}`,
		`{"city":"Redmond","state":"Washington","countryOrRegion":"US","geoCoordinates":{"altitude":null,"latitude":47.68050003051758,"longitude":-122.12094116210938}}`,
		`{"city":"Ōsaka","state":"Osaka","countryOrRegion":"JP","geoCoordinates":{"altitude":null,"latitude":34.6937,"longitude":135.5022}}`,
	}[user%3]
	code, status := 0, "success"
	if rng.IntN(20) == 0 {
		code, status = 53003, "failure"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"id":"%08x-1d9b-44b5-b0f2-cb94f06b2d00","createdDateTime":"2024-07-%02dT%02d:%02d:%02dZ","userDisplayName":"User %d","userPrincipalName":"user%d@contoso.com","userId":"%08x-9736-4a4a-9729-7203d8e00b72",`,
		i, 1+i/50000%28, i/3600%24, i/60%60, i%60, user, user, user)
	fmt.Fprintf(&b, `"appId":"%08x-7894-4bfd-9dac-224a7b8941bd","appDisplayName":"App %d","ipAddress":"192.0.2.%d","clientAppUsed":"Browser","userAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.%d.0 Safari/537.36",`, app, app, user%250, user%7)
	fmt.Fprintf(&b, `"correlationId":"%08x-0710-4bd4-848e-5854f748f7dc","conditionalAccessStatus":%q,"isInteractive":true,"riskDetail":"none","riskLevelAggregated":"none","riskLevelDuringSignIn":"none","riskState":"none","riskEventTypes":[],"riskEventTypes_v2":[],"resourceDisplayName":"Microsoft Graph","resourceId":"00000003-0000-0000-c000-000000000000","resourceTenantId":"887c9144-28b8-431b-885b-764fdeefcf62","homeTenantId":"887c9144-28b8-431b-885b-764fdeefcf62",`, i, status)
	fmt.Fprintf(&b, `"authenticationRequirement":"multiFactorAuthentication","authenticationProtocol":"none","incomingTokenType":"none","originalTransferMethod":"none","crossTenantAccessType":"none","userType":"member","signInEventTypes":["interactiveUser"],"flaggedForReview":false,"isTenantRestricted":false,"autonomousSystemNumber":12271,"processingTimeInMilliseconds":%d,"tokenIssuerName":"","tokenIssuerType":"AzureAD","uniqueTokenIdentifier":"JYpgIpsdtUSw8suU8G%06d",`, rng.IntN(400), i)
	reason := "null"
	if code != 0 {
		reason = `"Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."`
	}
	fmt.Fprintf(&b, `"status":{"errorCode":%d,"failureReason":%s,"additionalDetails":null},`, code, reason)
	fmt.Fprintf(&b, `"deviceDetail":{"deviceId":"","displayName":null,"operatingSystem":"Windows 10","browser":"Chrome 126.0.%d","isCompliant":false,"isManaged":false,"trustType":""},"location":%s,`, user%7, place)
	fmt.Fprintf(&b, `"authenticationDetails":[{"authenticationStepDateTime":"2024-07-01T00:00:%02dZ","authenticationMethod":"Password","authenticationMethodDetail":"Password in the cloud","succeeded":true,"authenticationStepResultDetail":"Correct password","authenticationStepRequirement":"Primary authentication"}],"authenticationProcessingDetails":[{"key":"Login Hint Present","value":"True"},{"key":"Is CAE Token","value":"False"}],"networkLocationDetails":[],"authenticationRequirementPolicies":[{"requirementProvider":"multiConditionalAccess","detail":"Conditional Access"}],`, i%60)
	b.WriteString(`"appliedConditionalAccessPolicies":[`)
	variant := rng.IntN(40)
	for k := range policies {
		if k > 0 {
			b.WriteByte(',')
		}
		result, met, missed := "notApplied", "application", "users"
		switch {
		case code != 0 && k == variant%policies:
			result, met, missed = "failure", "application,users", "none"
		case (k+variant)%5 == 0:
			result, met, missed = "success", "application,users", "none"
		}
		fmt.Fprintf(&b, `{"id":"%08x-e01d-4b62-8d2f-2c2a7f1e9b10","displayName":"CA%03d: a policy with a name of usual length","enforcedGrantControls":["Mfa"],"enforcedSessionControls":[],"result":%q,"conditionsSatisfied":%q,"conditionsNotSatisfied":%q}`, k, k, result, met, missed)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}
