package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// legacyAuthentication finds out whether a password alone gets in through
// clients that know nothing else (CA-52), and from where.
func (l *linter) legacyAuthentication() {
	inForce := func(p access.Policy) bool { return p.State != access.StateNone }
	if !slices.ContainsFunc(l.tenant.Source.Policies, inForce) {
		return // templates say nothing of a tenant
	}
	for _, client := range []access.ClientAppTypes{access.OtherClients, access.ExchangeActiveSync} {
		from := l.lets(l.set, client)
		if len(from) == 0 {
			continue
		}
		where := "from anywhere"
		if from[0].inside != nil {
			names := make([]string, len(from))
			for i := range from {
				names[i] = from[i].String()
			}
			where = strings.Join(names, "; ")
		}
		message := fmt.Sprintf("clients of the kind %s, which know no MFA, reach Exchange Online with a password alone, %s", client, where)
		if l.blockedIfReported(client) {
			message += "; a report-only policy would stop them"
		}
		l.tenantWide(Warning, "legacy-authentication", "CA-52", message)
	}
}

// lets returns the places from which an ordinary member gets in with a password
// and such a client.
func (l *linter) lets(set *access.Set, client access.ClientAppTypes) []place {
	f := plain()
	f.ClientApp, f.Platform = access.Known(client), access.Known(access.PlatformOther)
	f.Audiences = access.Known([]access.Audience{{AppID: exchangeOnline}})
	var from []place
	for _, spot := range l.spots {
		spot.set(&f)
		if set.Decide(&f).Verdict == access.Grant {
			from = append(from, spot)
		}
	}
	return from
}

// blockedIfReported tells whether enforcing the report-only policies would stop
// such clients everywhere.
func (l *linter) blockedIfReported(client access.ClientAppTypes) bool {
	set := l.with(func(p *access.Policy) bool { return p.State == access.StateReportOnly })
	return set != nil && len(l.lets(set, client)) == 0
}

// with compiles the tenant as if the policies that turn names were enforced.
func (l *linter) with(turn func(*access.Policy) bool) *access.Set {
	src := l.tenant.Source
	src.Policies = nil
	for _, p := range l.tenant.Source.Policies {
		if turn(&p) {
			p.State = access.StateEnabled
		}
		src.Policies = append(src.Policies, p)
	}
	set, err := access.Compile(src, access.Options{SkipInvalid: true, CarryUnresolved: true})
	if err != nil {
		return nil
	}
	return set
}
