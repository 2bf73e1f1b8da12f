package filter

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Property is what a comparison looks at: a property of a device or a custom
// security attribute of an app. Properties can be compared with ==, but the
// same attribute spelled in two cases is two Properties; within one rule it is
// spelled as where it first stands.
type Property struct {
	device    DeviceProperty
	attribute string
}

// Device returns the property p of devices.
func Device(p DeviceProperty) Property { return Property{device: p} }

// Attribute returns the custom security attribute with a definition id, which
// is the attribute set and the name joined by "_" (CA-37).
func Attribute(id string) Property { return Property{attribute: id} }

// Device returns which property of devices p is, or zero if p is a custom
// security attribute. A Record switches or indexes on it.
func (p Property) Device() DeviceProperty { return p.device }

// IsAttribute reports whether p is a custom security attribute of an app.
func (p Property) IsAttribute() bool { return p.device == 0 }

// Name returns the name without what stands before the dot: displayName, or the
// definition id of an attribute.
func (p Property) Name() string {
	if p.IsAttribute() {
		return p.attribute
	}
	return p.device.String()
}

// String returns the property as rules write it: device.displayName or
// CustomSecurityAttribute.Set_Name.
func (p Property) String() string {
	if p.IsAttribute() {
		return attributePrefix + p.attribute
	}
	return devicePrefix + p.device.String()
}

// Operators returns the operators that may stand after p (CA-84, CA-87); the
// caller may change the slice.
func (p Property) Operators() []Op { return slices.Clone(p.schema().operators) }

// Values returns the values that p may be compared with besides null, or
// nothing if they are not enumerated; the caller may change the slice.
func (p Property) Values() []string { return slices.Clone(p.schema().values) }

const (
	devicePrefix    = "device."
	attributePrefix = "CustomSecurityAttribute."
)

// DeviceProperty is a property of a device that a rule may name (CA-84).
type DeviceProperty uint8

// The properties of devices. ExtensionAttribute1 to ExtensionAttribute15 follow
// one another.
const (
	DeviceID DeviceProperty = iota + 1
	DisplayName
	Manufacturer
	Model
	EnrollmentProfileName
	OperatingSystem
	OperatingSystemVersion
	DeviceOwnership
	IsCompliant
	MDMAppID
	PhysicalIDs
	SystemLabels
	ProfileType
	TrustType
	ExtensionAttribute1
	ExtensionAttribute2
	ExtensionAttribute3
	ExtensionAttribute4
	ExtensionAttribute5
	ExtensionAttribute6
	ExtensionAttribute7
	ExtensionAttribute8
	ExtensionAttribute9
	ExtensionAttribute10
	ExtensionAttribute11
	ExtensionAttribute12
	ExtensionAttribute13
	ExtensionAttribute14
	ExtensionAttribute15
)

// String returns the name as Graph writes it: displayName.
func (d DeviceProperty) String() string {
	if d != 0 && int(d) < len(deviceSchemas) {
		return deviceSchemas[d].name
	}
	return "no property"
}

// ExtensionAttribute returns the number, 1 to 15, of an extension attribute, or
// zero for another property.
func (d DeviceProperty) ExtensionAttribute() int {
	if d < ExtensionAttribute1 || d > ExtensionAttribute15 {
		return 0
	}
	return int(d-ExtensionAttribute1) + 1
}

// schema is what a rule may say about a property: a row of CA-84's table.
type schema struct {
	name      string
	operators []Op
	values    []string // in their canonical spelling, if enumerated
	// guid tells that the property holds a GUID.
	guid bool
	// collection tells that the property holds several strings, compared as
	// a whole each (CA-87).
	collection bool
}

var (
	textOps     = []Op{Eq, Ne, StartsWith, NotStartsWith, EndsWith, NotEndsWith, Contains, NotContains, In, NotIn}
	identityOps = []Op{Eq, Ne, In, NotIn}
	equalityOps = []Op{Eq, Ne}
	// On a collection Eq and Ne mean Contains and NotContains (CA-87).
	elementOps = []Op{Contains, NotContains, Eq, Ne}
)

var attributeSchema = schema{operators: textOps}

var deviceSchemas = [ExtensionAttribute15 + 1]schema{
	DeviceID:               identity("deviceId"),
	DisplayName:            freeText("displayName"),
	Manufacturer:           freeText("manufacturer"),
	Model:                  freeText("model"),
	EnrollmentProfileName:  freeText("enrollmentProfileName"),
	OperatingSystem:        freeText("operatingSystem"),
	OperatingSystemVersion: freeText("operatingSystemVersion"),
	DeviceOwnership:        enumerated("deviceOwnership", "Personal", "Company"),
	IsCompliant:            enumerated("isCompliant", "True", "False"),
	MDMAppID:               identity("mdmAppId"),
	PhysicalIDs:            collection("physicalIds"),
	SystemLabels:           collection("systemLabels"),
	ProfileType:            enumerated("profileType", "RegisteredDevice", "SecureVM", "Printer", "Shared", "IoT"),
	TrustType:              enumerated("trustType", "AzureAD", "ServerAD", "Workplace"),
	ExtensionAttribute1:    freeText("extensionAttribute1"),
	ExtensionAttribute2:    freeText("extensionAttribute2"),
	ExtensionAttribute3:    freeText("extensionAttribute3"),
	ExtensionAttribute4:    freeText("extensionAttribute4"),
	ExtensionAttribute5:    freeText("extensionAttribute5"),
	ExtensionAttribute6:    freeText("extensionAttribute6"),
	ExtensionAttribute7:    freeText("extensionAttribute7"),
	ExtensionAttribute8:    freeText("extensionAttribute8"),
	ExtensionAttribute9:    freeText("extensionAttribute9"),
	ExtensionAttribute10:   freeText("extensionAttribute10"),
	ExtensionAttribute11:   freeText("extensionAttribute11"),
	ExtensionAttribute12:   freeText("extensionAttribute12"),
	ExtensionAttribute13:   freeText("extensionAttribute13"),
	ExtensionAttribute14:   freeText("extensionAttribute14"),
	ExtensionAttribute15:   freeText("extensionAttribute15"),
}

func freeText(name string) schema { return schema{name: name, operators: textOps} }

func identity(name string) schema {
	return schema{name: name, operators: identityOps, guid: true}
}

func enumerated(name string, values ...string) schema {
	return schema{name: name, operators: equalityOps, values: values}
}

func collection(name string) schema {
	return schema{name: name, operators: elementOps, collection: true}
}

func (p Property) schema() *schema {
	switch {
	case p.IsAttribute():
		return &attributeSchema
	case int(p.device) < len(deviceSchemas):
		return &deviceSchemas[p.device]
	}
	return &schema{} // no property
}

// unquoted is quoted for an operand without quotes, which no free text may be
// (CA-84).
func (s *schema) unquoted(operand string) (string, bool) {
	if s.values == nil && !(s.guid && isGUID(operand)) {
		return "", false
	}
	return s.quoted(operand)
}

// quoted returns the canonical spelling of an operand, and whether the property
// may be compared with it.
func (s *schema) quoted(operand string) (string, bool) {
	if s.values == nil {
		return operand, true
	}
	i := slices.IndexFunc(s.values, func(v string) bool { return strings.EqualFold(v, operand) })
	if i < 0 {
		return "", false
	}
	return s.values[i], true
}

// isGUID reports whether s looks like a GUID: 32 hexadecimal digits in groups of
// 8, 4, 4, 4 and 12.
func isGUID(s string) bool {
	for i := range len(s) {
		if isHyphen := i == 8 || i == 13 || i == 18 || i == 23; isHyphen != (s[i] == '-') {
			return false
		}
		if s[i] != '-' && !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])) {
			return false
		}
	}
	return len(s) == 36
}

// expected describes, for an error, what p may be compared with.
func (s *schema) expected(p Property) string {
	switch {
	case s.values != nil:
		return fmt.Sprintf("a value of %s (%s)", p, alternatives(s.values))
	case s.guid:
		return fmt.Sprintf("a value of %s, a GUID", p)
	}
	return "a string in quotes"
}

// vocabulary is the properties of one kind of rule.
type vocabulary struct {
	resolve  func(name string) (Property, bool)
	expected string
}

var deviceVocabulary = vocabulary{
	resolve: resolveDevice,
	expected: fmt.Sprintf("a property of a device (%s or extensionAttribute1 to extensionAttribute15)",
		strings.Join(schemaNames(deviceSchemas[DeviceID:ExtensionAttribute1]), ", ")),
}

var appVocabulary = vocabulary{
	resolve:  resolveAttribute,
	expected: "a custom security attribute (" + attributePrefix + "Set_Name)",
}

func schemaNames(schemas []schema) []string {
	var names []string
	for _, s := range schemas {
		names = append(names, s.name)
	}
	return names
}

// resolveDevice returns the property that a name in any case, with or without
// "device." before it, stands for.
func resolveDevice(name string) (Property, bool) {
	if rest, ok := cutPrefixFold(name, devicePrefix); ok {
		name = rest
	}
	for d := DeviceID; d <= ExtensionAttribute15; d++ {
		if strings.EqualFold(deviceSchemas[d].name, name) {
			return Device(d), true
		}
	}
	return Property{}, false
}

// resolveAttribute returns the attribute that a name stands for. A definition id
// has letters of any script, digits and "_" only.
func resolveAttribute(name string) (Property, bool) {
	id, ok := cutPrefixFold(name, attributePrefix)
	special := func(r rune) bool {
		return r != '_' && !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit)
	}
	if !ok || id == "" || strings.ContainsFunc(id, special) {
		return Property{}, false
	}
	return Attribute(id), true
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
