package graphjson

import (
	"reflect"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// EncodeFacts returns what is known of an attempt as a facts object, which
// DecodeFacts reads as the same facts.
func EncodeFacts(f *access.Facts) []byte { return FactsNode(f).Indent() }

// FactsNode is like EncodeFacts.
func FactsNode(f *access.Facts) *Node {
	w := &factWriter{n: objectNode()}
	w.who(f)
	w.what(f)
	w.how(f)
	w.proofs(f)
	return w.n
}

// factWriter writes the facts that are known.
type factWriter struct{ n *Node }

func (w *factWriter) add(name string, n *Node) { w.n.members = append(w.n.members, member(name, n)) }

func writeFact[T any](w *factWriter, name string, f access.Fact[T], write func(T) *Node) {
	if v, known := f.Get(); known {
		w.add(name, write(v))
	}
}

func writeText[S ~string](w *factWriter, name string, f access.Fact[S]) {
	writeFact(w, name, f, func(s S) *Node { return stringOrNull(string(s)) })
}

func writeTexts[S ~string](w *factWriter, name string, f access.Fact[[]S]) {
	writeFact(w, name, f, stringsNode[S])
}

// writeWord writes a set of one word; null for no word.
func writeWord[T bits](w *factWriter, name string, f access.Fact[T]) {
	writeFact(w, name, f, func(v T) *Node { return stringOrNull(v.String()) })
}

func (w *factWriter) who(f *access.Facts) {
	writeText(w, "userId", f.UserID)
	writeTexts(w, "groups", f.Groups)
	writeTexts(w, "roles", f.Roles)
	writeFact(w, "userType", f.UserType, func(t access.UserType) *Node { return stringOrNull(t.String()) })
	writeWord(w, "guestType", f.GuestTypes)
	writeText(w, "homeTenantId", f.HomeTenantID)
	writeText(w, "servicePrincipalId", f.ServicePrincipalID)
	writeWord(w, "servicePrincipalRiskLevel", f.ServicePrincipalRisk)
	writeFact(w, "servicePrincipalInScope", f.ServicePrincipalInScope, boolNode)
	writeFact(w, "servicePrincipalCustomSecurityAttributes", f.ServicePrincipalAttributes, attributesNode)
	writeText(w, "agentId", f.AgentID)
	writeWord(w, "agentRiskLevel", f.AgentRisk)
	writeFact(w, "agentCustomSecurityAttributes", f.AgentAttributes, attributesNode)
}

func (w *factWriter) what(f *access.Facts) {
	if list, known := f.Audiences.Get(); known {
		w.audiences(list)
	}
	writeWord(w, "userAction", f.UserAction)
	writeText(w, "authenticationContext", f.AuthenticationContext)
	if c, known := f.Client.Get(); known {
		w.add("clientAppId", stringOrNull(string(c.AppID)))
		w.add("isConfidentialClient", boolNode(c.Confidential))
	}
	writeTexts(w, "scopes", f.Scopes)
}

func (w *factWriter) audiences(list []access.Audience) {
	if len(list) == 1 && list[0].AppID != "" {
		w.add("appId", stringNode(string(list[0].AppID)))
		writeFact(w, "appCustomSecurityAttributes", list[0].Attributes, attributesNode)
		return
	}
	n := arrayNode()
	for _, a := range list {
		item := stringNode(string(a.AppID))
		if attributes, known := a.Attributes.Get(); known {
			item = objectNode(member("appId", item), member("customSecurityAttributes", attributesNode(attributes)))
		}
		n.items = append(n.items, item)
	}
	w.add("audiences", n)
}

func attributesNode(a filter.Attributes) *Node {
	n := objectNode()
	for _, name := range attributeNames(a) {
		if v := a[name]; v.IsKnown() {
			n.members = append(n.members, member(name, attributeNode(v)))
		}
	}
	return n
}

// attributeNode writes one string as such only if the attribute has one value:
// a collection of one string matches differently.
func attributeNode(v filter.Value) *Node {
	s := v.Strings()
	switch {
	case v.IsNull():
		return nullNode()
	case len(s) == 1 && reflect.DeepEqual(v, filter.Text(s[0])):
		return stringNode(s[0])
	}
	return stringsNode(s)
}

func (w *factWriter) how(f *access.Facts) {
	writeWord(w, "clientAppType", f.ClientApp)
	writeWord(w, "devicePlatform", f.Platform)
	if ip, known := f.IP.Get(); known && ip.IsValid() {
		w.add("ipAddress", stringNode(ip.String()))
	}
	writeText(w, "country", f.Country)
	writeText(w, "gpsCountry", f.GPSCountry)
	writeFact(w, "isCompliantNetwork", f.CompliantNetwork, boolNode)
	writeFact(w, "device", f.Device, deviceNode)
	writeWord(w, "authenticationFlow", f.Flow)
	writeFact(w, "isInteractive", f.Interactive, boolNode)
	writeWord(w, "signInRiskLevel", f.SignInRisk)
	writeWord(w, "userRiskLevel", f.UserRisk)
	writeWord(w, "insiderRiskLevel", f.InsiderRisk)
}

func deviceNode(d *access.Device) *Node {
	if d == nil {
		return nullNode()
	}
	w := &factWriter{n: objectNode()}
	writeText(w, "deviceId", d.DeviceID)
	writeText(w, "displayName", d.DisplayName)
	writeFact(w, "isCompliant", d.IsCompliant, func(t access.Tri) *Node {
		if t == access.Null {
			return nullNode()
		}
		return boolNode(t == access.Yes)
	})
	writeFact(w, "isManaged", d.IsManaged, boolNode)
	writeText(w, "trustType", d.TrustType)
	writeText(w, "deviceOwnership", d.Ownership)
	writeText(w, "profileType", d.ProfileType)
	writeText(w, "manufacturer", d.Manufacturer)
	writeText(w, "model", d.Model)
	writeText(w, "enrollmentProfileName", d.EnrollmentProfileName)
	writeText(w, "mdmAppId", d.MDMAppID)
	writeText(w, "operatingSystem", d.OperatingSystem)
	writeText(w, "operatingSystemVersion", d.OperatingSystemVersion)
	writeTexts(w, "physicalIds", d.PhysicalIDs)
	writeTexts(w, "systemLabels", d.SystemLabels)
	extensions := &factWriter{n: objectNode()}
	for i, a := range d.ExtensionAttributes {
		writeText(extensions, extensionName(i), a)
	}
	if len(extensions.n.members) > 0 {
		w.add("extensionAttributes", extensions.n)
	}
	return w.n
}

func (w *factWriter) proofs(f *access.Facts) {
	writeFact(w, "satisfiedMethods", f.Methods, methodsNode)
	if details := detailsNode(f); len(details.members) > 0 {
		w.add("methodDetails", details)
	}
	writeFact(w, "mfaRegistered", f.MFARegistered, boolNode)
	writeTexts(w, "acceptedTermsOfUse", f.AcceptedTermsOfUse)
	writeTexts(w, "satisfiedCustomControls", f.CustomControls)
	writeFact(w, "isApprovedClientApp", f.ApprovedApp, boolNode)
	writeFact(w, "isAppProtected", f.ProtectedApp, boolNode)
	writeFact(w, "passwordChanged", f.PasswordChanged, boolNode)
	writeFact(w, "riskRemediated", f.RiskRemediated, boolNode)
	writeFact(w, "inboundTrust", f.InboundTrust, func(t access.InboundTrust) *Node {
		return objectNode(member("isMfaAccepted", boolNode(t.MFA)), member("isCompliantDeviceAccepted", boolNode(t.CompliantDevice)),
			member("isHybridAzureADJoinedDeviceAccepted", boolNode(t.DomainJoinedDevice)))
	})
	writeFact(w, "homeTenantClaims", f.HomeClaims, func(c access.HomeClaims) *Node {
		return objectNode(member(access.MFA.String(), boolNode(c.MFA)), member(access.CompliantDevice.String(), boolNode(c.CompliantDevice)),
			member(access.DomainJoinedDevice.String(), boolNode(c.DomainJoinedDevice)), member("methods", methodsNode(c.Methods)))
	})
}

func methodsNode(m access.Methods) *Node { return stringsNode(methodEnum.list(m)) }

func detailsNode(f *access.Facts) *Node {
	w := &factWriter{n: objectNode()}
	writeFact(w, "fido2", f.FIDO2AAGUID, func(s string) *Node {
		return objectNode(member("aaguid", stringOrNull(s)))
	})
	writeFact(w, access.X509MultiFactor.String(), f.Certificate, func(c access.Certificate) *Node {
		return objectNode(member("issuerSki", stringOrNull(c.IssuerSKI)), member("policyOids", stringsNode(c.PolicyOIDs)))
	})
	return w.n
}
