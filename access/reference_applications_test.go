package access_test

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// Members of the suites that the generator's apps are drawn from (CA-34, CA-35).
var (
	referenceOffice365 = []access.AppID{
		"00000002-0000-0ff1-ce00-000000000000", "00000003-0000-0ff1-ce00-000000000000",
		"cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", "67ad5377-2d78-4ac2-a867-6300cda00e85",
	}
	referenceAdminPortals = []access.AppID{"c44b4083-3bb0-49c1-b47d-974e53cbdf3c"}
)

// resource is an audience as the application condition sees it.
type resource struct {
	access.Audience
	securityInfo bool // the pseudo audience of CA-44
}

// application is CA-31, CA-43 and CA-46.
func (a attempt) application(c *access.Conditions) access.Truth {
	apps := c.Applications
	return anyOf(a.actionTarget(apps), a.contextTarget(apps), a.appTarget(apps))
}

// actionTarget is CA-43.
func (a attempt) actionTarget(apps access.Applications) access.Truth {
	if apps.UserActions == 0 {
		return access.False
	}
	action, known := a.userAction()
	if !known {
		return access.Unknown
	}
	return filter.Of(apps.UserActions&action != 0)
}

// userAction is the action, which is none where resources are asked for.
func (a attempt) userAction() (access.UserActions, bool) {
	action, known := a.f.UserAction.Get()
	if !known && len(a.f.Audiences.Or(nil)) > 0 {
		return access.UserActionNone, true
	}
	return action, known
}

// contextTarget is CA-46.
func (a attempt) contextTarget(apps access.Applications) access.Truth {
	return isListed(apps.Contexts, a.f.AuthenticationContext)
}

// appTarget is CA-31.
func (a attempt) appTarget(apps access.Applications) access.Truth {
	action, known := a.userAction()
	if !known {
		if includesSomeApp(apps) {
			return access.Unknown
		}
		return access.False
	}
	if action == access.UserActionNone && a.escapesBaseline(apps) {
		return access.False
	}
	resources, known := a.resources(action)
	if !known {
		return unknownResources(apps)
	}
	t := access.False
	for _, r := range resources {
		t = t.Or(included(apps, r).And(excluded(apps, r).Not()))
	}
	return t
}

// includesSomeApp is whether any app could be included. AllAgents names no app
// that an attempt can ask for.
func includesSomeApp(apps access.Applications) bool {
	in := apps.Include
	return in.All || in.Office365 || in.AdminPortals || len(in.Apps) > 0 || apps.Filter != nil && !apps.Filter.Exclude
}

// excludesSomeApp is whether any app could be excluded.
func excludesSomeApp(apps access.Applications) bool {
	out := apps.Exclude
	return out.All || out.Office365 || out.AdminPortals || len(out.Apps) > 0 || apps.Filter != nil && apps.Filter.Exclude
}

// unknownResources is the app target where nobody knows what is asked for.
func unknownResources(apps access.Applications) access.Truth {
	switch {
	case !includesSomeApp(apps):
		return access.False
	case apps.Include.All && !excludesSomeApp(apps): // CA-33
		return access.True
	}
	return access.Unknown
}

// resources are the effective audiences.
func (a attempt) resources(action access.UserActions) ([]resource, bool) {
	switch {
	case action == access.RegisterSecurityInfo: // CA-44
		return []resource{{securityInfo: true}}, true
	case action == access.RegisterDevice: // CA-44
		return []resource{{Audience: access.Audience{AppID: access.AppDeviceRegistration}}}, true
	}
	audiences, known := a.f.Audiences.Get()
	if known && !a.opt.LegacyBaselineScopes && a.onlyScopes(allBaselineScopes) {
		audiences = a.directoryAnd(audiences)
	}
	var list []resource
	for _, x := range audiences {
		list = append(list, resource{Audience: x})
	}
	return list, known
}

// directoryAnd is what a request for baseline scopes alone asks for: the
// directory (CA-40), and the client itself if that is its own audience (CA-30).
func (a attempt) directoryAnd(audiences []access.Audience) []access.Audience {
	list := []access.Audience{{AppID: access.AppDirectory}}
	client := a.f.Client.Or(access.Client{})
	for _, x := range audiences {
		if client.Confidential && oneOf([]access.AppID{client.AppID}, x.AppID) {
			list = append(list, x)
		}
	}
	return list
}

func included(apps access.Applications, r resource) access.Truth {
	return filter.Of(apps.Include.All).Or(named(apps.Include, r)).Or(filtered(apps.Filter, false, r.attributes()))
}

func excluded(apps access.Applications, r resource) access.Truth {
	return filter.Of(apps.Exclude.All && !r.securityInfo).Or(named(apps.Exclude, r)).Or(filtered(apps.Filter, true, r.attributes()))
}

// named is CA-32, CA-34 and CA-35.
func named(s access.AppSelector, r resource) access.Truth {
	if r.securityInfo {
		return access.False
	}
	return filter.Of(oneOf(s.Apps, r.AppID) ||
		s.Office365 && oneOf(referenceOffice365, r.AppID) ||
		s.AdminPortals && oneOf(referenceAdminPortals, r.AppID))
}

// attributes are what an app filter sees, CA-37.
func (r resource) attributes() access.Fact[filter.Attributes] {
	if r.securityInfo {
		return access.Known(filter.Attributes{})
	}
	return r.Attributes
}

// Baseline scopes, CA-38, and those of them that a public client may ask for
// unseen under CA-39.
var (
	openIDScopes       = []string{"openid", "profile", "email", "offline_access"}
	allBaselineScopes  = append([]string{"User.Read", "User.Read.All", "User.ReadBasic.All", "People.Read", "People.Read.All", "GroupMember.Read.All", "Member.Read.Hidden"}, openIDScopes...)
	publicClientScopes = append([]string{"User.Read", "People.Read"}, openIDScopes...)
)

// onlyScopes is whether scopes are asked for and all of them are among some.
func (a attempt) onlyScopes(some []string) bool {
	scopes := a.f.Scopes.Or(nil)
	for _, s := range scopes {
		const graph = "https://graph.microsoft.com/"
		if len(s) >= len(graph) && strings.EqualFold(s[:len(graph)], graph) {
			s = s[len(graph):]
		}
		if !oneOf(some, s) {
			return false
		}
	}
	return len(scopes) > 0
}

// escapesBaseline is whether a request for baseline scopes alone stays out of a
// policy: CA-40, or CA-39 if that is chosen.
func (a attempt) escapesBaseline(apps access.Applications) bool {
	client := a.f.Client.Or(access.Client{})
	excludesClient := client.AppID != "" && oneOf(apps.Exclude.Apps, client.AppID)
	if !a.f.Audiences.IsKnown() {
		return false
	}
	if !a.opt.LegacyBaselineScopes {
		return client.Confidential && excludesClient && a.onlyScopes(openIDScopes)
	}
	if !apps.Include.All || !excludesSomeApp(apps) {
		return false
	}
	if client.Confidential {
		return excludesClient && a.onlyScopes(allBaselineScopes)
	}
	return a.onlyScopes(publicClientScopes)
}
