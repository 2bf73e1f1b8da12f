package signinlog

import "strings"

// envelope reads a row of diagnostic settings (SI-630): what the service says of
// the event, around the properties that are the sign-in. It returns the
// category of a row that is no sign-in.
func (p *parser) envelope(r *Record) (other string) {
	if p.peek() != '{' {
		p.fail("'{'")
		return ""
	}
	p.i++
	var (
		c                                   cursor
		properties                          bool
		tenant, correlation, path, category string
	)
	for f, ok := p.envelopes.next(&p.tokens, &c); ok; f, ok = p.envelopes.next(&p.tokens, &c) {
		switch f {
		case fieldProperties:
			properties = p.properties(r)
		case fieldCategory:
			category = p.str(f)
		case fieldTenantID:
			tenant = p.str(f)
		case fieldCorrelationID:
			correlation = p.sameAs(r.CorrelationID, f)
		case fieldProviderPath:
			path = p.str(f)
		case fieldCountry:
			p.row.country = p.str(f)
		default:
			p.member(r, f)
		}
	}
	switch {
	case p.failed != "":
		return ""
	case category == "" || !properties:
		return unfit
	case !isSignInCategory(category):
		p.row.badTime = ""
		return category
	}
	p.row.category = category
	if r.CorrelationID == "" {
		r.CorrelationID = correlation
	}
	if r.TenantID == "" {
		r.TenantID = tenant
	}
	if r.TenantID == "" {
		r.TenantID = p.of([]byte(tenantOf(path)))
	}
	return ""
}

// properties reads the sign-in inside. It is an object, or a text that holds it.
func (p *parser) properties(r *Record) bool {
	saved, ok := p.enter('{')
	if !ok {
		return false
	}
	var c cursor
	for f, ok := p.signIns.next(&p.tokens, &c); ok; f, ok = p.signIns.next(&p.tokens, &c) {
		switch f {
		// Other kinds of rows have these inside and so would be taken
		// for what they are not.
		case fieldCategory, fieldTable, fieldForeign:
			p.skip()
		default:
			p.member(r, f)
		}
	}
	p.leave(saved)
	return true
}

// tenantOf returns the tenant in a provider's path (SI-630).
func tenantOf(path string) string {
	rest, ok := cutPrefixFold(path, "/tenants/")
	if !ok {
		return ""
	}
	tenant, _, _ := strings.Cut(rest, "/")
	return tenant
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}
