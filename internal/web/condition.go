package web

import (
	"net/netip"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/signin"
)

// seenCondition is a condition that took part in a refusal, in words.
type seenCondition struct {
	Kind string // Graph's name, for the picture
	Name string
	Seen string // empty: not told
}

// seenConditions tells which conditions took part and what was seen. Whom and
// which app a rule is for holds of every refusal, so it is told only where
// there is nothing else.
func seenConditions(v *view, r *signin.Refusal) []seenCondition {
	var general, telling []seenCondition
	for _, c := range r.Conditions {
		s := seenCondition{Kind: c.Kind.String(), Name: v.T("condition." + c.Kind.String())}
		switch c.Kind {
		case access.ConditionApplication:
			s.Seen = firstOf(c.Seen, v.App.DisplayName)
			general = append(general, s)
			continue
		case access.ConditionUsers:
			if v.User != nil {
				s.Seen = v.User.Name
			}
			general = append(general, s)
			continue
		case access.ConditionInsiderRisk:
			// That somebody is watched is not for a page to tell.
		case access.ConditionLocation:
			s.Seen = v.place(c.Seen)
		default:
			s.Seen = v.value(firstOf(c.Seen, unknown))
		}
		telling = append(telling, s)
	}
	if len(telling) > 0 {
		return telling
	}
	return general
}

// unknown names a value that nobody saw.
const unknown = "unknown"

// value puts a name of Graph's, or the state of a device, into the language; a
// name that it does not know stays.
func (w *words) value(name string) string {
	if name == access.OtherClients.String() {
		name = "otherClients" // "other" is a plural form in a catalogue of messages
	}
	if id := "value." + name; w.Has(id) {
		return w.T(id)
	}
	return name
}

// place puts an address and a country into the language, the country first: it
// says more to a person. What is not known is left out.
func (w *words) place(seen string) string {
	var parts []string
	for part := range strings.SplitSeq(seen, ", ") {
		if part == "" {
			continue
		}
		if _, err := netip.ParseAddr(part); err == nil {
			parts = append(parts, w.T("place.address", "Address", part))
			continue
		}
		parts = append([]string{w.Region(part)}, parts...)
	}
	if len(parts) == 0 {
		return w.T("value." + unknown)
	}
	return strings.Join(parts, w.T("list.separator"))
}
