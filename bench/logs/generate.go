package logs

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// log is a file of Graph sign-in records, one a line.
type log struct {
	name     string
	path     string
	records  int
	policies int // recorded with each record
	bytes    int64
}

// tenantPolicies is how many policies the tenant of the generated logs has.
const tenantPolicies = 200

func guid(kind byte, n int) string { return fmt.Sprintf("%02x000000-0000-4000-8000-%012d", kind, n) }

// generate writes a log unless it is there from an earlier run.
func generate(l log) (log, error) {
	if info, err := os.Stat(l.path); err == nil {
		l.bytes = info.Size()
		return l, nil
	}
	f, err := os.Create(l.path + ".part")
	if err != nil {
		return l, err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	rng := rand.New(rand.NewPCG(11, uint64(l.policies)))
	for i := range l.records {
		n, err := w.WriteString(record(rng, i, l.policies))
		if err != nil {
			return l, err
		}
		l.bytes += int64(n)
	}
	if err := w.Flush(); err != nil {
		return l, err
	}
	if err := f.Close(); err != nil {
		return l, err
	}
	return l, os.Rename(l.path+".part", l.path)
}

// Codes of the generated records, the usual ones more often.
var codes = []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50074, 50126, 53003, 53000, 65001, 50140, 70043}

// record writes one beta signIn as the API spells it, about 2 kB with three
// policies.
func record(rng *rand.Rand, i, policies int) string {
	user, code := rng.IntN(5000), codes[rng.IntN(len(codes))]
	country := []string{"DE", "FR", "US", "JP"}[rng.IntN(4)]
	at := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 2 * time.Second)
	status := "success"
	if code != 0 {
		status = "failure"
	}
	return fmt.Sprintf(`{"id":"%s","createdDateTime":"%s","userDisplayName":"Person %d","userPrincipalName":"person%d@contoso.example","userId":"%s","appId":"%s","appDisplayName":"App %d","ipAddress":"20.%d.%d.%d","ipAddressFromResourceProvider":null,"clientAppUsed":"Browser","userAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36","correlationId":"%s","conditionalAccessStatus":"%s","originalRequestId":"","isInteractive":%t,"tokenIssuerName":"","tokenIssuerType":"AzureAD","authenticationProcessingDetails":[{"key":"Legacy TLS (TLS 1.0, 1.1, 3DES)","value":"False"}],"networkLocationDetails":[],"processingTimeInMilliseconds":%d,"riskDetail":"none","riskLevelAggregated":"none","riskLevelDuringSignIn":"none","riskState":"none","riskEventTypes_v2":[],"resourceDisplayName":"Office 365 Exchange Online","resourceId":"00000002-0000-0ff1-ce00-000000000000","resourceTenantId":"%s","homeTenantId":"%s","authenticationMethodsUsed":[],"authenticationRequirement":"singleFactorAuthentication","signInEventTypes":["interactiveUser"],"servicePrincipalId":"","userType":"member","flaggedForReview":false,"crossTenantAccessType":"none","originalTransferMethod":"none","authenticationProtocol":"oAuth2","status":{"errorCode":%d,"failureReason":"%s","additionalDetails":null},"deviceDetail":{"deviceId":"%s","displayName":"PC-%d","operatingSystem":"Windows10","browser":"Chrome 141.0.0","isCompliant":true,"isManaged":true,"trustType":"Azure AD joined"},"location":{"city":"City","state":"State","countryOrRegion":"%s","geoCoordinates":{"altitude":null,"latitude":48.1,"longitude":11.5}},"appliedConditionalAccessPolicies":[%s],"authenticationDetails":[{"authenticationStepDateTime":"%s","authenticationMethod":"Password","authenticationMethodDetail":"Password Hash Sync","succeeded":true,"authenticationStepResultDetail":"Correct password","authenticationStepRequirement":"Primary authentication"}]}`+"\n",
		guid(0x1d, i), at.Format("2006-01-02T15:04:05Z"), user, user, guid(0x05, user), guid(0xa9, rng.IntN(50)), rng.IntN(50), rng.IntN(12), rng.IntN(64), rng.IntN(256),
		guid(0xc0, i), status, i%3 != 0, 80+rng.IntN(400), guid(0x7e, 1), guid(0x7e, 1), code, failureReason(code), guid(0xde, user), user, country,
		applied(rng, policies, code), at.Format("2006-01-02T15:04:05Z"))
}

func failureReason(code int) string {
	if code == 0 {
		return "Other."
	}
	return "Access was refused or interrupted."
}

func applied(rng *rand.Rand, policies, code int) string {
	var b []byte
	for i := range policies {
		if i > 0 {
			b = append(b, ',')
		}
		result := []string{"notApplied", "success", "reportOnlyNotApplied"}[rng.IntN(3)]
		if i == 0 && code != 0 {
			result = "failure"
		}
		b = fmt.Appendf(b, `{"id":"%s","displayName":"CA%03d policy","enforcedGrantControls":["Mfa"],"enforcedSessionControls":[],"result":"%s","conditionsSatisfied":"application,users","conditionsNotSatisfied":"none"}`, guid(0xca, i), i, result)
	}
	return string(b)
}

// writeTenant writes the policies of the generated tenant, for replay.
func writeTenant(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range tenantPolicies {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("CA%03d.json", i)), []byte(policy(i)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func policy(i int) string {
	apps, control := `"All"`, "mfa"
	if i%3 == 0 {
		apps = fmt.Sprintf("%q,%q", guid(0xa9, i%50), guid(0xa9, (i+7)%50))
	}
	if i%5 == 0 {
		control = "compliantDevice"
	}
	platforms := "null"
	if i%7 == 0 {
		platforms = `{"includePlatforms":["all"],"excludePlatforms":["iOS"]}`
	}
	return fmt.Sprintf(`{"id":"%s","displayName":"CA%03d policy","state":"enabled","conditions":{"users":{"includeUsers":["All"],"excludeUsers":["%s"]},"applications":{"includeApplications":[%s]},"clientAppTypes":["all"],"platforms":%s},"grantControls":{"operator":"OR","builtInControls":["%s"]}}`,
		guid(0xca, i), i, guid(0x05, i), apps, platforms, control)
}
