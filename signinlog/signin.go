package signinlog

import "strings"

// signIn reads the members of a signIn object at hand, or of what Log Analytics
// and diagnostic settings make of it. It reports whether an object was there.
func (p *parser) signIn(r *Record) bool {
	if p.peek() != '{' {
		return p.fail("'{'")
	}
	p.i++
	var c cursor
	for {
		p.signIns.usuals(p, r, &c)
		f, ok := p.signIns.next(&p.tokens, &c)
		if !ok {
			p.readLater(r)
			return p.failed == ""
		}
		if f == fieldUserDisplayName && p.passName() {
			continue
		}
		begin := p.i
		p.member(r, f)
		p.signIns.learn(p, r, &c, begin)
	}
}

// member reads the value at hand into the field. It is one switch, long but
// flat, because this is where reading a log spends its time.
func (p *parser) member(r *Record, f field) {
	row := &p.row
	row.evidence = row.evidence || evidence[f]
	switch plain := &plainFields[f]; {
	case plain.text != nil && plain.words == nil:
		*plain.text(r) = p.str(f)
		return
	case plain.text != nil:
		*plain.text(r) = p.word(f, plain.words)
		return
	case plain.truth != nil:
		*plain.truth(r) = p.boolean()
		return
	}
	switch f {
	case fieldID:
		r.ID = p.fresh(f)
	case fieldTime:
		row.hasTime = true
		r.Time = p.instant()
	case fieldLoggedTime:
		r.LoggedTime = p.instant()
	case fieldCorrelationID:
		r.CorrelationID = p.fresh(f)
	case fieldOriginalRequestID:
		r.OriginalRequestID = p.sameAs(r.ID, f)
	case fieldEventTypes:
		r.SignInEventTypes = p.words()
	case fieldTenantID:
		if p.row.shape == shapeLogAnalytics { // the workspace's id (SI-621)
			p.skip()
			break
		}
		r.TenantID = p.str(f)

	case fieldUserID:
		r.UserID = p.whose(f)
	case fieldUserPrincipalName:
		r.UserPrincipalName = p.whose(f)
	case fieldIdentity:
		row.identity = p.str(f)
	case fieldServicePrincipalID:
		r.ServicePrincipalID = p.whose(f)
	case fieldManagedIdentity:
		p.managedIdentity(&r.ManagedIdentity)
	case fieldAgent:
		p.agent(&r.Agent)

	case fieldResourceID:
		if row.shape == shapeLogAnalytics { // the provider's path (SI-621)
			p.skip()
			break
		}
		r.ResourceID = p.str(f)
	case fieldAudiences:
		r.Audiences = p.audienceList(r.Audiences)
	case fieldContexts:
		r.AuthenticationContexts = p.contextList(r.AuthenticationContexts)

	case fieldStatus:
		p.status(r)
	case fieldErrorCode:
		r.Status.ErrorCode = p.code()
	case fieldStatusWord:
		row.word = p.str(f)
	case fieldResultType:
		row.code = p.code()
	case fieldResultDescription:
		row.reason = p.str(f)
	case fieldPolicies:
		if list := p.appliedPolicies(); list != nil {
			r.AppliedPolicies = list
		}
	case fieldSuperseded:
		p.superseded(r)

	case fieldCallerIPAddress:
		row.address = p.str(f)
	case fieldAutonomousSystem:
		r.AutonomousSystemNumber = uint32(max(0, min(p.integer(), 1<<32-1)))
	case fieldLocation:
		if p.peek() == '"' && p.plainObjectText() { // Log Analytics: the country
			row.country = p.str(f)
			break
		}
		p.location(&r.Location)
	case fieldLocationText:
		p.locationText(&r.Location)
	case fieldNetworks:
		r.NetworkLocations = p.networkList(r.NetworkLocations)

	case fieldDevice:
		p.device(&r.Device)
	case fieldIncomingTokenType:
		if word := p.word(f, tokenWords); word != "" { // the admin centre has the column twice
			r.IncomingTokenType = word
		}
	case fieldTokenProtectionDetails:
		p.protection(&r.TokenProtection)
	case fieldTokenProtectionCode:
		r.TokenProtection.SessionStatusCode = p.integer()
	case fieldUniqueTokenID:
		r.UniqueTokenIdentifier = p.fresh(f)
	case fieldSessionID:
		r.SessionID = p.fresh(f)

	case fieldRequirementPolicies:
		r.AuthenticationRequirementPolicies = p.requirementList(r.AuthenticationRequirementPolicies)
	case fieldSteps:
		r.AuthenticationDetails = p.stepList(r.AuthenticationDetails)
	case fieldMethodsUsed:
		r.AuthenticationMethodsUsed = p.words()
	case fieldProcessingDetails:
		r.AuthenticationProcessingDetails = p.pairList(r.AuthenticationProcessingDetails)
	case fieldLifetimePolicies:
		r.SessionLifetimePolicies = p.lifetimeList(r.SessionLifetimePolicies)
	case fieldMFADetail:
		p.mfaDetail(&r.MFADetail)
	case fieldAppDevice:
		p.appDevice(&r.AuthenticationAppDevice)

	case fieldRiskEvents:
		if list := p.words(); r.RiskEventTypes == nil {
			r.RiskEventTypes = list
		}
	case fieldRiskEventsV2:
		if list := p.words(); list != nil {
			r.RiskEventTypes = list
		}

	case fieldProcessingTime:
		r.ProcessingTimeMilliseconds = p.integer()
	case fieldInputs:
		r.Inputs = p.raw()

	case fieldCategory:
		row.category = p.str(f)
	case fieldTable:
		// A query may add a column of nearly the same name; tables' end in Logs.
		if table := p.str(f); !hasSuffixFold(row.table, "Logs") {
			row.table = table
		}
	case fieldForeign:
		row.foreign = true
		p.skip()
	default:
		p.skip()
	}
}

// passName passes over the person's name at hand, which tells nothing of whose row
// it is: others may have the same. Where it comes first it is read last, since by
// then it is known what to expect. It reports whether it did so.
func (p *parser) passName() bool {
	p.later = passed{}
	if p.owner != nil || p.peek() != '"' {
		return false
	}
	end, _ := endOfString(p.b, p.i+1)
	if end > 0 {
		p.later = passed{p.i, end + 1}
		p.i = end + 1
	}
	return end > 0
}

// passed is where a text lies that was passed over; the zero passed is nowhere.
type passed struct{ begin, end int }

// readLater reads the name that was passed over, if one was and no other came.
func (p *parser) readLater(r *Record) {
	if p.later.end == 0 || p.failed != "" {
		return
	}
	i := p.i
	p.i = p.later.begin
	r.UserDisplayName = p.str(fieldUserDisplayName)
	p.i, p.later = i, passed{}
}

// sameAs reads a string that is likely to be s.
func (p *parser) sameAs(s string, f field) string {
	end := p.i + 1 + len(s)
	if !p.cell && s != "" && end < len(p.b) && p.b[p.i] == '"' && p.b[end] == '"' && string(p.b[p.i+1:end]) == s {
		p.i = end + 1
		return s
	}
	return p.fresh(f)
}

// plainObjectText reports whether the text at hand holds no JSON object.
func (p *parser) plainObjectText() bool {
	if p.cell {
		return true // peek found no bracket
	}
	i := space(p.b, p.i+1)
	return i >= len(p.b) || p.b[i] != '{'
}

func (p *parser) superseded(r *Record) {
	saved, ok := p.enter('[')
	if !ok {
		return
	}
	for first := true; p.element(&first); {
		if code := p.code(); code.Known {
			r.Superseded = append(r.Superseded, code.Value)
		}
	}
	p.leave(saved)
}

func (p *parser) status(r *Record) {
	if p.cell && p.peek() == '"' { // a word where the column is no object
		p.row.word = p.str(fieldStatus)
		return
	}
	remembered(p, &p.statusMemos, &r.Status, (*parser).readStatus)
}

func (p *parser) readStatus(s *Status) {
	saved, ok := p.enter('{')
	if !ok {
		return
	}
	var c cursor
	for f, ok := p.statuses.next(&p.tokens, &c); ok; f, ok = p.statuses.next(&p.tokens, &c) {
		switch f {
		case fieldErrorCode:
			s.ErrorCode = p.code()
		case fieldFailureReason:
			s.FailureReason = p.str(f)
		case fieldAdditionalDetails:
			s.AdditionalDetails = p.str(f)
		default:
			p.skip()
		}
	}
	p.leave(saved)
}

func (p *parser) device(d *Device) {
	if p.owner.repeats() {
		remembered(p, &p.owner.devices, d, (*parser).readDevice)
	} else {
		p.readDevice(d)
	}
}

func (p *parser) readDevice(d *Device) {
	saved, ok := p.enter('{')
	if !ok {
		return
	}
	var c cursor
	for f, ok := p.devices.next(&p.tokens, &c); ok; f, ok = p.devices.next(&p.tokens, &c) {
		switch f {
		case fieldDeviceID:
			d.ID = p.str(f)
		case fieldDeviceName:
			d.DisplayName = p.str(f)
		case fieldOperatingSystem:
			d.OperatingSystem = p.str(f)
		case fieldBrowser:
			d.Browser = p.str(f)
		case fieldBrowserID:
			d.BrowserID = p.str(f)
		case fieldCompliant:
			d.IsCompliant = p.boolean()
		case fieldManaged:
			d.IsManaged = p.boolean()
		case fieldTrustType:
			d.TrustType = p.str(f)
		default:
			p.skip()
		}
	}
	p.leave(saved)
}

func (p *parser) location(l *Location) {
	if p.owner.repeats() {
		remembered(p, &p.owner.places, l, (*parser).readLocation)
	} else {
		p.readLocation(l)
	}
}

func (p *parser) readLocation(l *Location) {
	saved, ok := p.enter('{')
	if !ok {
		return
	}
	var c cursor
	for f, ok := p.locations.next(&p.tokens, &c); ok; f, ok = p.locations.next(&p.tokens, &c) {
		switch f {
		case fieldCity:
			l.City = p.str(f)
		case fieldState:
			l.State = p.str(f)
		case fieldCountry:
			l.CountryOrRegion = p.str(f)
		case fieldCoordinates:
			p.coordinatesOf(&l.Coordinates)
		default:
			p.skip()
		}
	}
	p.leave(saved)
}

func (p *parser) coordinatesOf(g *GeoCoordinates) {
	saved, ok := p.enter('{')
	if !ok {
		return
	}
	var c cursor
	for f, ok := p.coordinates.next(&p.tokens, &c); ok; f, ok = p.coordinates.next(&p.tokens, &c) {
		switch f {
		case fieldLatitude:
			g.Latitude = p.decimal()
		case fieldLongitude:
			g.Longitude = p.decimal()
		default:
			p.skip()
		}
	}
	p.leave(saved)
	if Is(g.Latitude, 0) && Is(g.Longitude, 0) {
		*g = GeoCoordinates{}
	}
}

// locationText reads the admin centre's "City, State, CC".
func (p *parser) locationText(l *Location) {
	text, kind := p.scalar()
	if kind == noScalar {
		return
	}
	parts := strings.Split(string(text), ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	l.CountryOrRegion = p.of([]byte(parts[len(parts)-1]))
	if len(parts) > 1 {
		l.City = p.of([]byte(parts[0]))
	}
	if len(parts) > 2 {
		l.State = p.of([]byte(strings.Join(parts[1:len(parts)-1], ", ")))
	}
}
