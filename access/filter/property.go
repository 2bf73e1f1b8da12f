package filter

import "slices"

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

var attributeSchema = schema{operators: textOps}

func (p Property) schema() *schema {
	switch {
	case p.IsAttribute():
		return &attributeSchema
	case int(p.device) < len(deviceSchemas):
		return &deviceSchemas[p.device]
	}
	return &schema{} // no property
}
