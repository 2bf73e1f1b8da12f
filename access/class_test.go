package access_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/sallyport-id/sallyport/access"
)

// parts are the parts of facts that have classes, with how an attempt gets
// another's.
var parts = []struct {
	name  string
	class func(*access.Set, *access.Facts) access.Class
	take  func(to, from *access.Facts)
}{
	{"principal", (*access.Set).PrincipalClass, func(to, from *access.Facts) {
		to.UserID, to.Groups, to.Roles, to.HomeTenantID = from.UserID, from.Groups, from.Roles, from.HomeTenantID
		to.ServicePrincipalID, to.ServicePrincipalAttributes, to.ServicePrincipalInScope = from.ServicePrincipalID, from.ServicePrincipalAttributes, from.ServicePrincipalInScope
		to.AgentID, to.AgentAttributes = from.AgentID, from.AgentAttributes
	}},
	{"application", (*access.Set).ApplicationClass, func(to, from *access.Facts) {
		to.Audiences, to.UserAction, to.AuthenticationContext, to.Scopes, to.Client = from.Audiences, from.UserAction, from.AuthenticationContext, from.Scopes, from.Client
	}},
	{"place", (*access.Set).PlaceClass, func(to, from *access.Facts) {
		to.IP, to.Country, to.GPSCountry, to.CompliantNetwork = from.IP, from.Country, from.GPSCountry, from.CompliantNetwork
	}},
	{"device", (*access.Set).DeviceClass, func(to, from *access.Facts) { to.Device = from.Device }},
}

// TestEqualClassesDecideAlike: an attempt that takes a part of equal class from
// another has the same decision and the same outcomes as before.
func TestEqualClassesDecideAlike(t *testing.T) {
	equal := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		opt := g.options()
		set := compiled(t, g.source(1+g.intn(4), opt), opt)
		one, other := g.attempt(), g.attempt()
		was := set.Explain(one)
		for _, part := range parts {
			changed := *one
			part.take(&changed, other)
			if part.class(set, one) != part.class(set, &changed) {
				continue
			}
			equal[part.name]++
			is := set.Explain(&changed)
			if is.Decision != was.Decision || set.Decide(&changed) != was.Decision {
				t.Fatalf("%s: %+v became %+v\n%s\n%s", part.name, was.Decision, is.Decision, describe(*one), describe(changed))
			}
			for i, o := range was.Outcomes {
				if now := is.Outcomes[i]; !reflect.DeepEqual(now, o) {
					t.Fatalf("%s: %+v became %+v\n%s\n%s", part.name, o, now, describe(*one), describe(changed))
				}
			}
		}
	})
	for _, part := range parts {
		if equal[part.name] == 0 {
			t.Errorf("no two %ss had equal classes", part.name)
		}
	}
}
