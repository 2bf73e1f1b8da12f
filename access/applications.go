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
	audiences audiences
	apps      state // instead of audiences that are not known
	targets   state // by user action
	context   state // by authentication context
	targeted  bool  // targets or context matter
	exempt    row   // policies whose app target this request escapes
	exemptOf  row   // if not zero, only those among these
	action    UserActions
	open      bool // the user action is not known
}

// audiences lists what the audiences of a request match, one after the other.
type audiences struct {
	room [12]audienceMatch
	used int
	more []audienceMatch
}

// audienceMatch is a pair that an audience matches, certainly or maybe.
type audienceMatch struct {
	pair  row
	maybe bool
	last  bool // of its audience
}

func (l *audiences) add(m audienceMatch) {
	if l.used < len(l.room) {
		l.room[l.used] = m
		l.used++
		return
	}
	l.more = append(l.more, m)
}

// certain reports whether no audience's match is open.
func (l *audiences) certain() bool {
	for _, m := range l.room[:l.used] {
		if m.maybe {
			return false
		}
	}
	return l.used > 0 && len(l.more) == 0
}

// span adds the policies of a block that some audience is included in and not
// excluded from (CA-31).
func (l *audiences) span(a *arena, n int, v *span) {
	var one audienceSpan
	for _, m := range l.room[:l.used] {
		one.match(a, n, m, v)
	}
	for _, m := range l.more {
		one.match(a, n, m, v)
	}
}

// audienceSpan gathers what one audience matches.
type audienceSpan struct{ include, exclude, mayInclude, mayExclude block }

func (s *audienceSpan) match(a *arena, n int, m audienceMatch, v *span) {
	include, exclude := a.at(m.pair, n), a.at(a.exclude(m.pair), n)
	s.mayInclude = s.mayInclude.or(include)
	s.mayExclude = s.mayExclude.or(exclude)
	if !m.maybe {
		s.include = s.include.or(include)
		s.exclude = s.exclude.or(exclude)
	}
	if m.last {
		certain, possible := s.include.andNot(s.mayExclude), s.mayInclude.andNot(s.exclude)
		v.certain = v.certain.or(certain)
		v.possible = v.possible.or(possible)
		*s = audienceSpan{}
	}
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
	q.app.targeted = q.app.targets != state{} || q.app.context != state{}
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
	for n, rule := range x.filters.rules {
		switch rule.Match(attributeRecord(attributes)) {
		case True:
			q.app.audiences.add(audienceMatch{pair: x.filters.rows[n]})
		case Unknown:
			q.app.audiences.add(audienceMatch{pair: x.filters.rows[n], maybe: true})
		}
	}
	q.app.audiences.add(audienceMatch{pair: pair, last: true})
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

// application evaluates the condition for a block.
func (q *query) application(n int, v *span) {
	q.appTarget(n, v)
	if q.app.targeted {
		targets, context := q.set.arena.of(q.app.targets, n), q.set.arena.of(q.app.context, n)
		v.or(&targets)
		v.or(&context)
	}
}

// appTarget evaluates the part of the condition that is about apps.
func (q *query) appTarget(n int, v *span) {
	a := &q.set.arena
	*v = span{}
	if q.app.audiences.used == 0 {
		*v = a.of(q.app.apps, n)
	}
	q.app.audiences.span(a, n, v)
	if q.app.exempt == 0 {
		return
	}
	exempt := a.at(q.app.exempt, n)
	if q.app.exemptOf != 0 {
		exempt = exempt.and(a.at(q.app.exemptOf, n))
	}
	v.andNotBoth(exempt)
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
