package token

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// Claims are what a token states, by the names of the reference's §3.4.
type Claims map[string]any

// set adds a claim that is not empty.
func (c Claims) set(name, value string) {
	if value != "" {
		c[name] = value
	}
}

// list adds a claim of several values if there are any.
func list[S ~string](c Claims, name string, values []S) {
	if len(values) > 0 {
		c[name] = values
	}
}

// stateID states what an ID token does.
func (i *Issuer) stateID(c Claims, f *Facts, t *IDToken) {
	c["ver"] = "2.0"
	c["iss"] = i.Name(f.Tenant.ID)
	c["aud"] = f.Client.AppID // a string: clients reject a list (SI-424)
	c["sub"] = i.Subject(f.Tenant.ID, f.User.ID, f.Client.AppID)
	c.set("nonce", t.Nonce)
	if f.has("profile") {
		c["oid"] = f.User.ID
		c.set("name", f.User.DisplayName)
		c.set("preferred_username", f.User.UserPrincipalName)
	}
	if f.has("email") {
		c.set("email", f.User.Mail)
	}
	c.set("idp", i.identityProvider(f))
	list(c, "amr", f.Methods)
	list(c, "roles", t.AppRoles)
	if t.AuthTime && !f.AuthTime.IsZero() {
		c["auth_time"] = f.AuthTime.Unix()
	}
	if t.Contexts {
		list(c, "acrs", f.Contexts)
	}
	c.set("acr", t.ACR)
	c.set("at_hash", leftHash(t.AccessToken))
	c.set("c_hash", leftHash(t.Code))
	if f.Client.LogoutURL != "" {
		// Front-channel logout tells the client which session ended.
		c.set("sid", f.Session)
	}
	most := mostGroups
	if t.Implicit {
		most = mostGroupsImplicit
	}
	i.stateGroups(c, f, f.Client.GroupClaims, most)
	i.stateOptional(c, f, f.Client.OptionalClaims.IDToken)
}

// stateAccess states what an access token does, in the shape of a version.
func (i *Issuer) stateAccess(c Claims, f *Facts, t *AccessToken, version int) {
	appID, proof := "azp", "azpacr"
	if version == 2 {
		c["ver"], c["iss"], c["aud"] = "2.0", i.Name(f.Tenant.ID), t.ResourceID
	} else {
		c["ver"], c["iss"], c["aud"] = "1.0", i.OldName(f.Tenant.ID), t.Audience
		appID, proof = "appid", "appidacr"
	}
	if t.Audience == "" {
		c["aud"] = t.ResourceID
	}
	c[appID] = f.Client.AppID
	c[proof] = f.Proof
	list(c, "roles", t.AppRoles)
	if f.User == nil {
		c["idtyp"] = "app"
		c["sub"], c["oid"] = f.Principal.ID, f.Principal.ID
		return
	}
	c["sub"] = i.Subject(f.Tenant.ID, f.User.ID, t.ResourceID)
	c["oid"] = f.User.ID
	c.set("scp", strings.Join(t.Permissions, " "))
	c.set("name", f.User.DisplayName)
	c.set("idp", i.identityProvider(f))
	list(c, "acrs", f.Contexts)
	c.set("deviceid", string(f.Device))
	c.set("sid", f.Session)
	c.set("rh", f.Grant)
	if version == 2 {
		c.set("preferred_username", f.User.UserPrincipalName)
	} else {
		i.statePersonV1(c, f)
	}
	var optional []string
	if t.Resource != nil {
		optional = t.Resource.OptionalClaims.AccessToken
	}
	if t.Own || slices.ContainsFunc(optional, func(name string) bool { return strings.EqualFold(name, "xms_cc") }) {
		list(c, "xms_cc", t.Capabilities)
	}
	if t.Resource == nil {
		return
	}
	i.stateGroups(c, f, t.Resource.GroupClaims, mostGroups)
	i.stateOptional(c, f, optional)
}

// statePersonV1 states what only version 1 tells of a person unasked.
func (i *Issuer) statePersonV1(c Claims, f *Facts) {
	c["acr"] = "1"
	list(c, "amr", f.Methods)
	c.set("upn", f.User.UserPrincipalName)
	c.set("unique_name", f.User.UserPrincipalName)
	c.set("given_name", f.User.GivenName)
	c.set("family_name", f.User.Surname)
	if f.Address.IsValid() {
		c["ipaddr"] = f.Address.String()
	}
}

// identityProvider returns the idp claim: who authenticated an external
// account; empty for the tenant's own.
func (i *Issuer) identityProvider(f *Facts) string {
	switch e := f.User.External; {
	case e == nil:
		return ""
	case e.HomeTenantID != "":
		return i.Name(e.HomeTenantID)
	default:
		return e.Issuer
	}
}

// The most groups that a token lists before it only says where to ask (§3.4).
const (
	mostGroups         = 200
	mostGroupsImplicit = 6
)

// stateGroups states groups and directory roles as an app's
// groupMembershipClaims wants them.
func (i *Issuer) stateGroups(c Claims, f *Facts, wanted string, most int) {
	groups := wanted == "SecurityGroup" || wanted == "ApplicationGroup" || wanted == "All"
	if wanted == "DirectoryRole" || wanted == "All" {
		list(c, "wids", f.Roles)
	}
	switch {
	case !groups || len(f.Groups) == 0:
	case len(f.Groups) <= most:
		list(c, "groups", f.Groups)
	case most == mostGroupsImplicit:
		c["hasgroups"] = true
	default:
		c["_claim_names"] = map[string]string{"groups": "src1"}
		c["_claim_sources"] = map[string]map[string]string{"src1": {"endpoint": i.membersAddress(f.Tenant.ID, f.User.ID)}}
	}
}

// membersAddress is where an app asks for groups that do not fit.
func (i *Issuer) membersAddress(tenant access.TenantID, user access.UserID) string {
	return i.origin + "/graph/v1.0/" + string(tenant) + "/users/" + string(user) + "/getMemberObjects"
}

// leftHash returns at_hash or c_hash: the left half of the SHA-256
// (OpenID Connect Core §3.1.3.6).
func leftHash(text string) string {
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}
