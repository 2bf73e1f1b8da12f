package signinlog

// The lists below are read into the slices that the record had before, so that
// a record that is used again costs nothing.

func (p *parser) stepList(list []AuthenticationStep) []AuthenticationStep {
	list = list[:0]
	saved, ok := p.enter('[')
	if !ok {
		return list
	}
	badTime := p.row.badTime // a step's wrong date does not spoil the row
	for first := true; p.element(&first); {
		inner, ok := p.enter('{')
		if !ok {
			continue
		}
		list = extend(list)
		p.step(&list[len(list)-1])
		p.leave(inner)
	}
	p.row.badTime = badTime
	p.leave(saved)
	return list
}

func (p *parser) step(s *AuthenticationStep) {
	var c cursor
	for f, ok := p.steps.next(&p.tokens, &c); ok; f, ok = p.steps.next(&p.tokens, &c) {
		p.stepMember(s, f)
	}
}

// stepMember reads the value at hand into the field of a step.
func (p *parser) stepMember(s *AuthenticationStep, f field) {
	switch f {
	case fieldStepTime:
		s.Time = p.instant()
	case fieldStepMethod:
		s.Method = p.str(f)
	case fieldStepMethodDetail:
		s.MethodDetail = p.str(f)
	case fieldStepSucceeded:
		s.Succeeded = p.boolean()
	case fieldStepResult:
		s.ResultDetail = p.str(f)
	case fieldStepRequirement:
		s.Requirement = p.str(f)
	default:
		p.skip()
	}
}

// twoTexts reads a list of objects that have two members of text.
func twoTexts[T any](p *parser, list []T, m *membersOf, first field, at func(*T) (a, b *string)) []T {
	list = list[:0]
	saved, ok := p.enter('[')
	if !ok {
		return list
	}
	for begin := true; p.element(&begin); {
		inner, ok := p.enter('{')
		if !ok {
			continue
		}
		list = extend(list)
		a, b := at(&list[len(list)-1])
		var c cursor
		for f, ok := m.next(&p.tokens, &c); ok; f, ok = m.next(&p.tokens, &c) {
			switch f {
			case fieldNone:
				p.skip()
			case first:
				*a = p.str(f)
			default:
				*b = p.str(f)
			}
		}
		p.leave(inner)
	}
	p.leave(saved)
	return list
}

func (p *parser) requirementList(list []RequirementPolicy) []RequirementPolicy {
	return twoTexts(p, list, p.requirements, fieldRequirementProvider, func(r *RequirementPolicy) (a, b *string) { return &r.Provider, &r.Detail })
}

func (p *parser) lifetimeList(list []SessionLifetimePolicy) []SessionLifetimePolicy {
	return twoTexts(p, list, p.lifetimes, fieldLifetimeRequirement, func(s *SessionLifetimePolicy) (a, b *string) { return &s.Requirement, &s.Detail })
}

func (p *parser) contextList(list []AuthenticationContext) []AuthenticationContext {
	return twoTexts(p, list, p.contexts, fieldContextID, func(c *AuthenticationContext) (a, b *string) { return &c.ID, &c.Detail })
}

func (p *parser) pairList(list []KeyValue) []KeyValue {
	return twoTexts(p, list, p.pairs, fieldKey, func(k *KeyValue) (a, b *string) { return &k.Key, &k.Value })
}

func (p *parser) audienceList(list []Audience) []Audience {
	list = list[:0]
	saved, ok := p.enter('[')
	if !ok {
		return list
	}
	for first := true; p.element(&first); {
		if p.peek() == '"' { // newer rows list the ids alone
			list = append(list, Audience{AppID: p.str(fieldAudienceAppID)})
			continue
		}
		inner, ok := p.enter('{')
		if !ok {
			continue
		}
		list = extend(list)
		a := &list[len(list)-1]
		var c cursor
		for f, ok := p.audiences.next(&p.tokens, &c); ok; f, ok = p.audiences.next(&p.tokens, &c) {
			switch f {
			case fieldAudienceAppID:
				a.AppID = p.str(f)
			case fieldAudienceReasons:
				a.Reasons = p.words()
			default:
				p.skip()
			}
		}
		p.leave(inner)
	}
	p.leave(saved)
	return list
}

func (p *parser) networkList(list []NetworkLocation) []NetworkLocation {
	list = list[:0]
	saved, ok := p.enter('[')
	if !ok {
		return list
	}
	for first := true; p.element(&first); {
		inner, ok := p.enter('{')
		if !ok {
			continue
		}
		list = extend(list)
		n := &list[len(list)-1]
		var c cursor
		for f, ok := p.networks.next(&p.tokens, &c); ok; f, ok = p.networks.next(&p.tokens, &c) {
			switch f {
			case fieldNetworkType:
				n.Type = p.str(f)
			case fieldNetworkNames:
				n.Names = p.words()
			default:
				p.skip()
			}
		}
		p.leave(inner)
	}
	p.leave(saved)
	return list
}

func (p *parser) mfaDetail(m *MFADetail) {
	saved, ok := p.enter('{')
	if !ok {
		return
	}
	var c cursor
	for f, ok := p.mfa.next(&p.tokens, &c); ok; f, ok = p.mfa.next(&p.tokens, &c) {
		switch f {
		case fieldMFAMethod:
			m.Method = p.str(f)
		case fieldMFAMethodDetail:
			m.Detail = p.str(f)
		default:
			p.skip()
		}
	}
	p.leave(saved)
}

func (p *parser) appDevice(d *AuthenticationAppDeviceDetails) {
	saved, ok := p.enter('{')
	if !ok {
		return
	}
	var c cursor
	for f, ok := p.appDevices.next(&p.tokens, &c); ok; f, ok = p.appDevices.next(&p.tokens, &c) {
		switch f {
		case fieldAppDeviceID:
			d.DeviceID = p.str(f)
		case fieldAppDeviceVersion:
			d.AppVersion = p.str(f)
		case fieldAppDeviceClient:
			d.ClientApp = p.str(f)
		case fieldAppDeviceSystem:
			d.OperatingSystem = p.str(f)
		default:
			p.skip()
		}
	}
	p.leave(saved)
}

func (p *parser) protection(s *TokenProtectionStatus) {
	saved, ok := p.enter('{')
	if !ok {
		return
	}
	var c cursor
	for f, ok := p.protections.next(&p.tokens, &c); ok; f, ok = p.protections.next(&p.tokens, &c) {
		switch f {
		case fieldTokenProtectionStatus:
			s.SessionStatus = p.str(f)
		case fieldTokenProtectionCode:
			s.SessionStatusCode = p.integer()
		default:
			p.skip()
		}
	}
	p.leave(saved)
}

func (p *parser) managedIdentity(m *ManagedIdentity) {
	saved, ok := p.enter('{')
	if !ok {
		return
	}
	var c cursor
	for f, ok := p.managed.next(&p.tokens, &c); ok; f, ok = p.managed.next(&p.tokens, &c) {
		switch f {
		case fieldManagedIdentityType:
			m.Type = p.str(f)
		case fieldAssociatedResourceID:
			m.AssociatedResourceID = p.str(f)
		case fieldFederatedTokenID:
			m.FederatedTokenID = p.str(f)
		case fieldFederatedTokenIssuer:
			m.FederatedTokenIssuer = p.str(f)
		default:
			p.skip()
		}
	}
	p.leave(saved)
}

// agent reads the agent, whose members Graph keeps one object further down.
func (p *parser) agent(a *Agent) {
	saved, ok := p.enter('{')
	if !ok {
		return
	}
	var c cursor
	for f, ok := p.agents.next(&p.tokens, &c); ok; f, ok = p.agents.next(&p.tokens, &c) {
		switch f {
		case fieldAgentSignIn:
			if p.level < maxTextLevels && p.peek() == '{' && a.Type == "" && a.ParentAppID == "" {
				p.agentSignIn(a)
				break
			}
			p.skip()
		case fieldAgentType:
			a.Type = p.str(f)
		case fieldAgentParentAppID:
			a.ParentAppID = p.str(f)
		default:
			p.skip()
		}
	}
	p.leave(saved)
}

func (p *parser) agentSignIn(a *Agent) {
	p.i++
	var c cursor
	for f, ok := p.agents.next(&p.tokens, &c); ok; f, ok = p.agents.next(&p.tokens, &c) {
		switch f {
		case fieldAgentType:
			a.Type = p.str(f)
		case fieldAgentParentAppID:
			a.ParentAppID = p.str(f)
		default:
			p.skip()
		}
	}
}
