package replay_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/signinlog"
)

// The benchmarks read the same log with and without deciding it, so that their
// difference is what replay adds to reading. Compiling, and meeting everybody for
// the first time, weigh less the longer the log is: SALLYPORT_BENCH_ROWS says how
// long.

func BenchmarkReadAlone(b *testing.B)         { benchmarkReplay(b, 0, false) }
func BenchmarkReplay200Policies(b *testing.B) { benchmarkReplay(b, 200, false) }
func BenchmarkReplayAgainst(b *testing.B)     { benchmarkReplay(b, 200, true) }

func benchmarkReplay(b *testing.B, policies int, against bool) {
	rows := 20000
	if n, err := strconv.Atoi(os.Getenv("SALLYPORT_BENCH_ROWS")); err == nil {
		rows = n
	}
	log := manyRows(rows)
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		r := signinlog.NewReader("log", bytes.NewReader(log), signinlog.Options{})
		if policies == 0 {
			for _, err := range r.All() {
				if err != nil {
					b.Fatal(err)
				}
			}
			continue
		}
		before, after := replay.NewDecider(manyPolicies(b, policies)), (*replay.Decider)(nil)
		if against {
			after = replay.NewDecider(manyPolicies(b, policies))
		}
		if _, err := replay.Run(context.Background(), r.All(), before, after, replay.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// manyPolicies makes policies for single apps and groups, as large tenants have.
func manyPolicies(b *testing.B, n int) *access.Set {
	b.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	src := access.Source{Locations: []access.Location{{ID: "10c00000-0000-4000-8000-000000000001", Countries: []string{"DE", "US"}, IsCountry: true}}}
	for i := range n {
		p := access.Policy{ID: access.PolicyID(fmt.Sprintf("%08x-e01d-4b62-8d2f-2c2a7f1e9b10", i)), DisplayName: fmt.Sprintf("CA%03d", i), State: access.StateEnabled, Grant: &access.GrantControls{Controls: access.MFA}}
		p.Conditions.Users.Include.Groups = []access.GroupID{access.GroupID(fmt.Sprintf("%08x-aaaa-4000-8000-000000000000", rng.IntN(50)))}
		p.Conditions.Applications.Include.Apps = []access.AppID{access.AppID(fmt.Sprintf("%08x-7894-4bfd-9dac-224a7b8941bd", rng.IntN(40)))}
		if i%3 == 0 {
			p.Conditions.Locations = &access.LocationSet{Include: access.LocationSelector{All: true}, Exclude: access.LocationSelector{Named: []access.LocationID{"10c00000-0000-4000-8000-000000000001"}}}
			p.Grant.Controls = access.Block
		}
		if i%10 == 0 {
			p.Conditions.Applications.Include = access.AppSelector{All: true}
			p.Conditions.Users.Include = access.Principals{All: true}
			p.Conditions.ClientApps = access.OtherClients
			p.Grant.Controls = access.Block
		}
		src.Policies = append(src.Policies, p)
	}
	set, err := access.Compile(src, access.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return set
}

// manyRows makes rows of Graph signIn JSON of some 2 KB, without policies.
func manyRows(n int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for i := range n {
		user, app := rng.IntN(500), rng.IntN(20)
		country := [...]string{"DE", "US", "JP"}[user%3]
		fmt.Fprintf(&b, `{"id":"%08x-1d9b-44b5-b0f2-cb94f06b2d00","createdDateTime":"2024-07-%02dT%02d:%02d:%02dZ","userDisplayName":"User %d","userPrincipalName":"user%d@contoso.example","userId":"%08x-9736-4a4a-9729-7203d8e00b72",`,
			i, 1+i/50000%28, i/3600%24, i/60%60, i%60, user, user, user)
		fmt.Fprintf(&b, `"appId":"%08x-7894-4bfd-9dac-224a7b8941bd","appDisplayName":"App %d","resourceId":"%08x-7894-4bfd-9dac-224a7b8941bd","resourceDisplayName":"App %d","ipAddress":"192.0.2.%d","clientAppUsed":"Browser",`, app, app, app, app, user%250)
		b.WriteString(`"userAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.1.0 Safari/537.36","isInteractive":true,"riskDetail":"none","riskLevelAggregated":"none","riskLevelDuringSignIn":"none","riskState":"none","riskEventTypes":[],"riskEventTypes_v2":[],`)
		fmt.Fprintf(&b, `"correlationId":"%08x-0710-4bd4-848e-5854f748f7dc","conditionalAccessStatus":"success","resourceTenantId":"887c9144-28b8-431b-885b-764fdeefcf62","homeTenantId":"887c9144-28b8-431b-885b-764fdeefcf62","authenticationRequirement":"multiFactorAuthentication","authenticationProtocol":"none","incomingTokenType":"none","originalTransferMethod":"none","crossTenantAccessType":"none","userType":"member","signInEventTypes":["interactiveUser"],`, i)
		fmt.Fprintf(&b, `"status":{"errorCode":0,"failureReason":null,"additionalDetails":"MFA requirement satisfied by claim in the token"},"deviceDetail":{"deviceId":"%08x-1111-44b5-b0f2-cb94f06b2d00","displayName":null,"operatingSystem":"Windows 10","browser":"Chrome 126.0.1","isCompliant":false,"isManaged":false,"trustType":""},"location":{"city":"Berlin","state":"Berlin","countryOrRegion":"%s","geoCoordinates":{"altitude":null,"latitude":52.516910552978516,"longitude":13.388809204101562}},`, user, country)
		b.WriteString(`"authenticationDetails":[{"authenticationStepDateTime":"2024-07-01T00:00:00Z","authenticationMethod":"Password","authenticationMethodDetail":"Password in the cloud","succeeded":true,"authenticationStepResultDetail":"Correct password","authenticationStepRequirement":"Primary authentication"},{"authenticationStepDateTime":"2024-07-01T00:00:00Z","authenticationMethod":"Mobile app notification","succeeded":true}],"authenticationProcessingDetails":[{"key":"Is CAE Token","value":"False"}],"networkLocationDetails":[],"appliedConditionalAccessPolicies":[]}` + "\n")
	}
	return b.Bytes()
}
