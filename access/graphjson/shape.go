package graphjson

import "strings"

// Shape is which of Graph's resources an object is.
type Shape uint8

// The shapes. Other is everything that is none of the rest.
const (
	ShapeOther Shape = iota
	ShapePolicy
	ShapeTemplate // a policy template, whose policy is in details
	ShapeLocation
	ShapeStrength
	ShapeUser
	ShapeGroup
	ShapeRole // an activated directory role, or a role definition
	ShapeRoleAssignment
	ShapeAuthenticationContext
	ShapeTermsOfUse
	ShapeCrossTenantAccess // default or partner settings
	ShapeSecurityDefaults
	ShapeServicePrincipal
	ShapeApplication
	ShapeDevice
)

func (s Shape) String() string {
	return [...]string{"other", "policy", "policy template", "named location", "authentication strength", "user", "group", "role", "role assignment", "authentication context", "terms of use", "cross-tenant access settings", "security defaults", "service principal", "application", "device"}[s]
}

// typeShapes are the shapes by @odata.type, in lower case and without
// #microsoft.graph.
var typeShapes = map[string]Shape{
	"conditionalaccesspolicy":                     ShapePolicy,
	"whatifanalysisresult":                        ShapePolicy,
	"conditionalaccesstemplate":                   ShapeTemplate,
	"namedlocation":                               ShapeLocation,
	"ipnamedlocation":                             ShapeLocation,
	"countrynamedlocation":                        ShapeLocation,
	"compliantnetworknamedlocation":               ShapeLocation,
	"authenticationstrengthpolicy":                ShapeStrength,
	"user":                                        ShapeUser,
	"group":                                       ShapeGroup,
	"directoryrole":                               ShapeRole,
	"unifiedroledefinition":                       ShapeRole,
	"unifiedroleassignment":                       ShapeRoleAssignment,
	"authenticationcontextclassreference":         ShapeAuthenticationContext,
	"agreement":                                   ShapeTermsOfUse,
	"crosstenantaccesspolicyconfigurationdefault": ShapeCrossTenantAccess,
	"crosstenantaccesspolicyconfigurationpartner": ShapeCrossTenantAccess,
	"identitysecuritydefaultsenforcementpolicy":   ShapeSecurityDefaults,
	"serviceprincipal":                            ShapeServicePrincipal,
	"application":                                 ShapeApplication,
	"device":                                      ShapeDevice,
}

// contextShapes are the shapes by what @odata.context says after #, in lower
// case and without /$entity and what is in parentheses. A context that goes on,
// such as groups('ID')/members, is another and not here.
var contextShapes = map[string]Shape{
	"identity/conditionalaccess/policies":                         ShapePolicy,
	"conditionalaccess/policies":                                  ShapePolicy,
	"identity/conditionalaccess/templates":                        ShapeTemplate,
	"identity/conditionalaccess/namedlocations":                   ShapeLocation,
	"conditionalaccess/namedlocations":                            ShapeLocation,
	"policies/authenticationstrengthpolicies":                     ShapeStrength,
	"identity/conditionalaccess/authenticationstrength/policies":  ShapeStrength,
	"identity/conditionalaccess/authenticationstrengths/policies": ShapeStrength,
	"users":          ShapeUser,
	"groups":         ShapeGroup,
	"directoryroles": ShapeRole,
	"rolemanagement/directory/roledefinitions":                        ShapeRole,
	"rolemanagement/directory/roleassignments":                        ShapeRoleAssignment,
	"identity/conditionalaccess/authenticationcontextclassreferences": ShapeAuthenticationContext,
	"identitygovernance/termsofuse/agreements":                        ShapeTermsOfUse,
	"agreements": ShapeTermsOfUse,
	"policies/crosstenantaccesspolicy/default":           ShapeCrossTenantAccess,
	"policies/crosstenantaccesspolicy/partners":          ShapeCrossTenantAccess,
	"policies/identitysecuritydefaultsenforcementpolicy": ShapeSecurityDefaults,
	"serviceprincipals":                                  ShapeServicePrincipal,
	"applications":                                       ShapeApplication,
	"devices":                                            ShapeDevice,
}

// Recognise returns which resource n is: by its @odata.type, or else by members
// that only such an object has.
func Recognise(n *Node) Shape {
	if n.Kind() != Object {
		return ShapeOther
	}
	if t := strings.ToLower(odataType(n)); t != "" {
		s := typeShapes[t]
		if s == ShapeOther && strings.HasSuffix(t, "namedlocation") {
			return ShapeLocation // of a kind that decoding refuses
		}
		return s
	}
	switch {
	case isPolicy(n):
		return ShapePolicy
	case isPolicy(n.Member("details")):
		return ShapeTemplate
	case has(n, "ipRanges"), has(n, "countriesAndRegions"), has(n, "compliantNetworkType"):
		return ShapeLocation
	case n.Member("allowedCombinations").Kind() == Array:
		return ShapeStrength
	case has(n, "servicePrincipalNames"), has(n, "servicePrincipalType") && has(n, "appId") && has(n, "displayName"):
		return ShapeServicePrincipal
	case isRoleAssignment(n):
		return ShapeRoleAssignment
	case has(n, "roleTemplateId"), has(n, "rolePermissions"):
		return ShapeRole
	case has(n, "isViewingBeforeAcceptanceRequired"):
		return ShapeTermsOfUse
	case has(n, "b2bCollaborationInbound") || has(n, "inboundTrust"):
		return ShapeCrossTenantAccess
	case has(n, "trustType") && has(n, "deviceId") && has(n, "id"):
		return ShapeDevice
	case has(n, "groupTypes"), has(n, "securityEnabled") && has(n, "mailEnabled"):
		return ShapeGroup
	case isUser(n):
		return ShapeUser
	}
	return contextShape(n)
}

// isRoleAssignment reports whether n gives a role now. One that a person could
// only activate looks much the same (CA-15); it tells no assignmentType.
func isRoleAssignment(n *Node) bool {
	eligible := has(n, "memberType") && !has(n, "assignmentType")
	return has(n, "principalId") && has(n, "roleDefinitionId") && !eligible
}

// isUser reports whether n is a user; a sign-in record, which names one too, has
// no displayName.
func isUser(n *Node) bool {
	return has(n, "userPrincipalName") && (has(n, "displayName") || has(n, "userType") || has(n, "accountEnabled")) && !has(n, "appDisplayName")
}

// isPolicy reports whether n has what only a policy has.
func isPolicy(n *Node) bool {
	c := n.Member("conditions")
	if c.Kind() != Object {
		return has(n, "state") && (has(n, "grantControls") || has(n, "sessionControls"))
	}
	for _, name := range []string{"users", "applications", "clientApplications", "clientAppTypes", "locations", "platforms", "signInRiskLevels", "userRiskLevels", "devices"} {
		if has(c, name) {
			return true
		}
	}
	return has(n, "state") && has(n, "grantControls")
}

// has reports whether n has the named member, null or not.
func has(n *Node, name string) bool {
	return n.index(name) >= 0 || n.Member(additional).index(name) >= 0
}

// odataType returns n's @odata.type without #microsoft.graph.
func odataType(n *Node) string {
	t := n.Member("@odata.type")
	if t == nil {
		t = n.Member(additional).Member("@odata.type")
	}
	return strings.TrimPrefix(strings.TrimPrefix(t.Text(), "#"), "microsoft.graph.")
}

// contextShape returns the shape that n's @odata.context tells.
func contextShape(n *Node) Shape {
	_, context, ok := strings.Cut(n.Member("@odata.context").Text(), "#")
	if !ok {
		return ShapeOther
	}
	context = strings.ToLower(context)
	if inner, ok := strings.CutPrefix(context, "collection(microsoft.graph."); ok {
		return typeShapes[strings.TrimSuffix(inner, ")")]
	}
	// What is in parentheses is a key, or the properties that were asked for.
	if before, rest, ok := strings.Cut(context, "("); ok {
		context = before + rest[strings.LastIndexByte(rest, ')')+1:]
	}
	context = strings.TrimSuffix(strings.TrimSuffix(context, "/$entity"), "/")
	return contextShapes[context]
}

// Entry is an object found in a text.
type Entry struct {
	Node  *Node
	Path  string // JSON path in the text
	Shape Shape
}

// containerDepth is how deep in other objects a list of objects may stand.
const containerDepth = 3

// Entries returns the objects that n holds: n itself, or the members of the
// array, the Graph collection, or the report n is (an object of which some
// members are lists of such objects). What holds nothing recognised is one
// entry of ShapeOther.
func Entries(n *Node) []Entry {
	list := entries(nil, Entry{Node: n}, ShapeOther, 0)
	if len(list) == 0 {
		list = append(list, Entry{Node: n})
	}
	return list
}

func entries(list []Entry, e Entry, hint Shape, depth int) []Entry {
	e.Shape = Recognise(e.Node)
	if e.Node.Kind() == Array {
		for i, item := range e.Node.Items() {
			list = entries(list, Entry{Node: item, Path: indexPath(e.Path, i)}, hint, depth)
		}
		return list
	}
	value := e.Node.Member("value")
	collection := value.Kind() == Array
	if collection {
		if hint = contextShape(e.Node); hint == ShapeOther {
			hint = e.Shape
		}
		return entries(list, Entry{Node: value, Path: joinPath(e.Path, "value")}, hint, depth)
	}
	if e.Shape == ShapeOther && e.Node.Kind() == Object && has(e.Node, "id") {
		e.Shape = hint
	}
	if e.Shape != ShapeOther {
		return append(list, e)
	}
	// An object with an id is a resource of its own, and what it holds is
	// part of it: the device in a sign-in record is not the tenant's.
	if depth == containerDepth || has(e.Node, "id") {
		return list
	}
	for _, m := range e.Node.Members() {
		if k := m.Value.Kind(); k == Array || k == Object {
			list = entries(list, Entry{Node: m.Value, Path: joinPath(e.Path, m.Name)}, ShapeOther, depth+1)
		}
	}
	return list
}
