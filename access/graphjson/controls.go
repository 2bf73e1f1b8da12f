package graphjson

import (
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// grantControls reads what is demanded; nil if nothing is.
func (o *object) grantControls() (*access.GrantControls, *Strength) {
	before := len(o.r.unrecognised)
	g := &access.GrantControls{
		Controls: readList(o, "builtInControls", controlEnum),
		Custom:   ids[string](o, "customAuthenticationFactors"),
	}
	g.TermsOfUse = ids[access.AgreementID](o, "termsOfUse")
	g.Any = o.choice("operator", "AND", "OR") == 1 // none means AND (CA-101)
	var strength *Strength
	g.Strength, strength = o.grantStrength()
	o.rest()
	if g.Controls == 0 && g.Custom == nil && g.TermsOfUse == nil && g.Strength == "" && len(o.r.unrecognised) == before {
		return nil, nil
	}
	return g, strength
}

// grantStrength reads the authentication strength, which is a reference by id, a
// whole strength, or in a body for creating a policy a link to one.
func (o *object) grantStrength() (access.StrengthID, *Strength) {
	const name = "authenticationStrength"
	if link := o.n.Member(name + bind); link.Kind() == String {
		return access.StrengthID(lastSegment(link.text)), nil
	}
	s := o.object(name)
	if s == nil {
		return "", nil
	}
	id := access.StrengthID(s.text("id"))
	if id == "" {
		s.r.fail(s.n, s.within("id"), "found nothing, expected the id of an authentication strength")
		return "", nil
	}
	if s.member("allowedCombinations") == nil {
		return id, nil
	}
	whole, errs := decodeStrength(s.n, s.path)
	for _, err := range errs {
		// The policy can be judged only as far as the strength is
		// understood, so this counts as a value of the policy (CA-8).
		s.r.unrecognised = append(s.r.unrecognised, access.Unrecognised{Path: err.Path, Value: err.Reason})
	}
	if len(errs) > 0 {
		return id, nil
	}
	whole.Path = s.r.whole(s.path)
	return id, &whole
}

// lastSegment returns the id at the end of a link: …/ID or …('ID').
func lastSegment(link string) string {
	link = strings.TrimSuffix(link, "/")
	link = strings.TrimSuffix(link, "')")
	if i := strings.LastIndexAny(link, "/'"); i >= 0 {
		link = link[i+1:]
	}
	return link
}

func (o *object) sessionControls() access.SessionControls {
	var s access.SessionControls
	if f := o.enabled("signInFrequency"); f != nil {
		s.SignInFrequency = f.frequency()
		f.read = append(f.read, "type", "value") // which mean nothing beside everyTime (CA-153)
		f.rest()
	}
	if p := o.enabled("persistentBrowser"); p != nil {
		s.PersistentBrowser = access.PersistentBrowser(p.required("mode", "always", "never"))
		p.rest()
	}
	if c := o.enabled("cloudAppSecurity"); c != nil {
		s.CloudAppSecurity = access.CloudAppSecurity(c.required("cloudAppSecurityType", "mcasConfigured", "monitorOnly", "blockDownloads"))
		c.rest()
	}
	s.AppEnforcedRestrictions = o.enabled("applicationEnforcedRestrictions") != nil
	s.TokenProtection = o.enabled("secureSignInSession") != nil
	s.DisableResilienceDefaults = o.truth("disableResilienceDefaults")
	if c := o.unlessDisabled("continuousAccessEvaluation"); c != nil {
		s.ContinuousAccess = c.continuousAccess()
		c.rest()
	}
	if p := o.enabled("globalSecureAccessFilteringProfile"); p != nil {
		if s.SecurityProfile = p.text("profileId"); s.SecurityProfile == "" {
			p.r.fail(p.n, p.within("profileId"), "found nothing, expected the id of a profile")
		}
		p.rest()
	}
	o.otherControls()
	return s
}

// enabled returns the named control if it is enabled; otherwise it is absent
// (CA-150).
func (o *object) enabled(name string) *object {
	c := o.object(name)
	if c == nil || !c.truth("isEnabled") {
		return nil
	}
	return c
}

// unlessDisabled returns the named control unless it says that it is not
// enabled: the one that has no isEnabled of its own in Graph's schema (CA-150).
func (o *object) unlessDisabled(name string) *object {
	c := o.object(name)
	if c == nil || c.member("isEnabled") != nil && !c.truth("isEnabled") {
		return nil
	}
	return c
}

// otherControls notes the controls that access does not know, unless they are
// not enabled.
func (o *object) otherControls() {
	for _, m := range o.n.Members() {
		isEnabled := m.Value.Member("isEnabled")
		off := m.Value.Kind() == Bool && m.Value.text == "false" || isEnabled.Kind() == Bool && isEnabled.text == "false"
		if off {
			o.read = append(o.read, m.Name)
		}
	}
	o.rest()
}

// required reads a choice that must be made, counting from 1; 0 if the word is
// not known.
func (o *object) required(name string, names ...string) int {
	if o.member(name) == nil {
		o.r.fail(o.n, o.within(name), "found nothing, expected one of %s", strings.Join(names, ", "))
		return 0
	}
	return o.choice(name, names...) + 1
}

func (o *object) continuousAccess() access.ContinuousAccess {
	// The empty word keeps Graph's number for an unknown future value.
	switch o.choice("mode", "strictEnforcement", "disabled", "", "strictLocation") {
	case 0:
		return access.ContinuousAccessStrictEnforcement
	case 1:
		return access.ContinuousAccessDisabled
	case 2:
		o.r.unrecognise(o.member("mode"), o.within("mode"))
	case 3:
		return access.ContinuousAccessStrictLocation
	}
	return 0
}

// maxDays is the longest sign-in frequency (LIM-10).
const maxDays = 365

func (o *object) frequency() access.SignInFrequency {
	var f access.SignInFrequency
	// What is missing is timeBased and primaryAndSecondaryAuthentication (CA-152).
	every := o.choice("frequencyInterval", "timeBased", "everyTime") == 1
	secondaryOnly := o.choice("authenticationType", "primaryAndSecondaryAuthentication", "secondaryAuthentication") == 1
	if every {
		f.PrimaryEveryTime, f.SecondaryEveryTime = !secondaryOnly, true
		return f
	}
	f.Secondary = o.period()
	if !secondaryOnly {
		f.Primary = f.Secondary
	}
	return f
}

func (o *object) period() time.Duration {
	unit, most := 24*time.Hour, maxDays
	if o.required("type", "days", "hours") == 2 {
		unit, most = time.Hour, maxDays*24
	}
	expected := "a whole number from 1 to " + strconv.Itoa(most)
	n := o.member("value")
	if n == nil {
		o.r.fail(o.n, o.within("value"), "found nothing, expected %s", expected)
		return 0
	}
	value, err := strconv.Atoi(n.Text())
	if n.kind != Number || err != nil || value < 1 || value > most {
		o.wrong(n, "value", expected)
		return 0
	}
	return time.Duration(value) * unit
}
