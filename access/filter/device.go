package filter

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
