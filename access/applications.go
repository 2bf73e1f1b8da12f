package access

import (
	"strings"

	"github.com/sallyport-id/sallyport/access/filter"
)

// appIndex answers the application condition: resources, user actions and
// authentication contexts (CA-30 to CA-46).
type appIndex struct {
	all                     row     // pair: keyword All; exclusion is never by keyword
	other                   row     // pair: what an app that no policy and no suite names matches
	apps                    idIndex // app ids to pairs that have everything in them
	byID                    idIndex // app ids to rows: policies that exclude the app by its id
	filters                 filterIndex
	anything                row // one row: policies that include some app
	whole                   row // one row: policies that include All and exclude nothing
	leaky                   row // one row: policies that include All and exclude something (CA-39)
	action                  [2]row
	someAction, someContext row
	contexts                idIndex // to one row each
}

func (x *appIndex) build(a *arena, policies []Policy) {
	x.all, x.other = a.pair(), a.pair()
	x.anything, x.whole, x.leaky = a.row(), a.row(), a.row()
	x.action = [2]row{a.row(), a.row()}
	x.someAction, x.someContext = a.row(), a.row()
	for i := range policies {
		x.addTargets(a, i, &policies[i].Conditions.Applications)
	}
	x.name(a, policies)
	for i := range policies {
		x.addApps(a, i, &policies[i].Conditions.Applications)
	}
}

func (x *appIndex) addTargets(a *arena, i int, t *Applications) {
	for n, r := range x.action {
		if t.UserActions&(1<<n) != 0 {
			a.set(r, i)
			a.set(x.someAction, i)
		}
	}
	for _, c := range t.Contexts {
		a.set(x.contexts.add(c, a.row), i)
		a.set(x.someContext, i)
	}
}

// name gives every app that a policy or a suite names its pair, so that a
// lookup answers for lists, suites and All at once.
func (x *appIndex) name(a *arena, policies []Policy) {
	for _, suite := range [][]AppID{office365, adminPortals} {
		for _, id := range suite {
			x.apps.add(string(id), a.pair)
		}
	}
	for i := range policies {
		t := &policies[i].Conditions.Applications
		for _, id := range t.Include.Apps {
			x.apps.add(string(id), a.pair)
		}
		for _, id := range t.Exclude.Apps {
			x.apps.add(string(id), a.pair)
			a.set(x.byID.add(string(id), a.row), i)
		}
	}
}

func (x *appIndex) addApps(a *arena, i int, t *Applications) {
	x.addSelector(a, i, &t.Include, func(pair row) row { return pair })
	x.addSelector(a, i, &t.Exclude, a.exclude)
	x.filters.add(a, i, t.Filter)
	includes := t.Include.namesApps() || t.Filter != nil && !t.Filter.Exclude
	excludes := t.Exclude.names() || t.Filter != nil && t.Filter.Exclude
	if includes {
		a.set(x.anything, i)
	}
	switch {
	case !t.Include.All:
	case excludes:
		a.set(x.leaky, i)
	default:
		a.set(x.whole, i)
	}
}

func (s *AppSelector) names() bool {
	return s.namesApps() || s.AllAgents
}

// namesApps is names without what only agents ask for.
func (s *AppSelector) namesApps() bool {
	return s.All || s.Office365 || s.AdminPortals || len(s.Apps) > 0
}

func (x *appIndex) addSelector(a *arena, i int, s *AppSelector, side func(row) row) {
	if s.All {
		a.set(side(x.all), i)
		a.set(side(x.other), i)
		for _, pair := range x.apps.values {
			a.set(side(pair), i)
		}
	}
	add := func(apps []AppID) {
		for _, id := range apps {
			pair, _ := x.apps.get(string(id))
			a.set(side(pair), i)
		}
	}
	add(s.Apps)
	if s.Office365 {
		add(office365)
	}
	if s.AdminPortals {
		add(adminPortals)
	}
}

// appQuery is what an attempt asks for.
type appQuery struct {
	plain     rows         // pairs of audiences that no filter looks at
	audiences [4]selection // the others
	used      int
	more      []selection // beyond four
	apps      state       // instead of audiences that are not known
	targets   state       // by user action
	context   state       // by authentication context
	exempt    row         // policies whose app target this request escapes
	exemptOf  row         // if not zero, only those among these
	action    UserActions
	open      bool // the user action is not known
}

func (x *appIndex) resolve(q *query, f *Facts, legacy bool) {
	x.resolveTargets(q, f)
	audiences, known := f.Audiences.Get()
	if q.app.open = !f.UserAction.known && len(audiences) == 0; q.app.open {
		q.app.apps = state{0, x.anything}
		return
	}
	switch q.app.action = f.UserAction.value; {
	case q.app.action&RegisterSecurityInfo != 0:
		x.resolveOne(q, x.all, Known(filter.Attributes(nil)))
		return
	case q.app.action&RegisterDevice != 0:
		x.resolveAudience(q, &Audience{AppID: AppDeviceRegistration})
		return
	case !known:
		q.app.apps = state{x.whole, x.anything}
		return
	}
	if f.Scopes.known && len(f.Scopes.value) > 0 && baseline(f.Scopes.value, allBaselineScopes) {
		if x.resolveBaseline(q, f, legacy); !legacy {
			x.resolveAudience(q, &Audience{AppID: AppDirectory})
			audiences = ownAudience(audiences, f.Client.value)
		}
	}
	for i := range audiences {
		x.resolveAudience(q, &audiences[i])
	}
}

// ownAudience keeps a confidential client that is its own audience: asking for
// an ID token it is a target whatever the scopes (CA-30).
func ownAudience(audiences []Audience, client Client) []Audience {
	for i := range audiences {
		if client.Confidential && equalID(string(audiences[i].AppID), string(client.AppID)) {
			return audiences[i : i+1]
		}
	}
	return nil
}

// resolveTargets looks up the user action and the authentication context.
func (x *appIndex) resolveTargets(q *query, f *Facts) {
	switch {
	case f.UserAction.value&RegisterSecurityInfo != 0:
		q.app.targets = same(x.action[0])
	case f.UserAction.value&RegisterDevice != 0:
		q.app.targets = same(x.action[1])
	case !f.UserAction.known && len(f.Audiences.value) == 0:
		q.app.targets.possible = x.someAction
	}
	switch {
	case !f.AuthenticationContext.known:
		q.app.context.possible = x.someContext
	case f.AuthenticationContext.value != "":
		r, _ := x.contexts.get(f.AuthenticationContext.value)
		q.app.context = same(r)
	}
}

func (x *appIndex) resolveAudience(q *query, audience *Audience) {
	pair, ok := x.apps.get(string(audience.AppID))
	if !ok {
		pair = x.other
	}
	x.resolveOne(q, pair, audience.Attributes)
}

// resolveOne adds an audience that matches a pair and has attributes.
func (x *appIndex) resolveOne(q *query, pair row, attributes Fact[filter.Attributes]) {
	if len(x.filters.rules) == 0 {
		q.app.plain.add(pair)
		return
	}
	var more selection
	s := &more
	if q.app.used < len(q.app.audiences) {
		s = &q.app.audiences[q.app.used]
		q.app.used++
	}
	s.known.add(pair)
	x.filters.resolve(s, attributes)
	if s == &more {
		q.app.more = append(q.app.more, more)
	}
}

var (
	oidcScopes        = []string{"openid", "profile", "email", "offline_access"}
	allBaselineScopes = append([]string{"User.Read", "User.Read.All", "User.ReadBasic.All", "People.Read", "People.Read.All", "GroupMember.Read.All", "Member.Read.Hidden"}, oidcScopes...)
	publicScopes      = append([]string{"User.Read", "People.Read"}, oidcScopes...)
)

// baseline reports whether all scopes are among some baseline scopes (CA-38).
func baseline(scopes, among []string) bool {
	for _, s := range scopes {
		if !containsFold(among, strings.TrimPrefix(s, "https://graph.microsoft.com/")) {
			return false
		}
	}
	return true
}

func containsFold(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// resolveBaseline finds the policies that a request for baseline scopes alone
// escapes: by CA-40 those that exclude a confidential client which asks for
// OIDC scopes, by CA-39 those of All resources with an exclusion.
func (x *appIndex) resolveBaseline(q *query, f *Facts, legacy bool) {
	client := f.Client.value
	excluded, _ := x.byID.get(string(client.AppID))
	switch {
	case !legacy && client.Confidential && baseline(f.Scopes.value, oidcScopes):
		q.app.exempt = excluded
	case legacy && !client.Confidential && baseline(f.Scopes.value, publicScopes):
		q.app.exempt = x.leaky
	case legacy && client.Confidential && excluded != 0:
		q.app.exempt, q.app.exemptOf = x.leaky, excluded
	}
}

// application evaluates the condition for 64 policies.
func (q *query) application(w int) span {
	a := &q.set.arena
	return q.appTarget(w).or(a.of(q.app.targets, w)).or(a.of(q.app.context, w))
}

// appTarget evaluates the part of the condition that is about apps.
func (q *query) appTarget(w int) span {
	a := &q.set.arena
	apps := a.of(q.app.apps, w)
	for _, r := range q.app.plain.room[:q.app.plain.used] {
		apps = apps.or(a.pairSpan(r, w))
	}
	for _, r := range q.app.plain.more {
		apps = apps.or(a.pairSpan(r, w))
	}
	for i := range q.app.used {
		apps = apps.or(a.selected(&q.app.audiences[i], w))
	}
	for i := range q.app.more {
		apps = apps.or(a.selected(&q.app.more[i], w))
	}
	if q.app.exempt != 0 {
		exempt := a.at(q.app.exempt, w)
		if q.app.exemptOf != 0 {
			exempt &= a.at(q.app.exemptOf, w)
		}
		apps.certain &^= exempt
		apps.possible &^= exempt
	}
	return apps
}

// attributeRecord lets a rule look at attributes that may be unknown.
func attributeRecord(attributes Fact[filter.Attributes]) filter.Record {
	if attributes.known {
		return attributes.value
	}
	return nobodyKnows{}
}

// nobodyKnows is a record whose every value is unknown.
type nobodyKnows struct{}

func (nobodyKnows) Value(filter.Property) filter.Value { return filter.Value{} }
