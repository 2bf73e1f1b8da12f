package accesstest

import (
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// device reads none, the name of a device declared above, or properties.
func (a *attempt) device(t token, args []token) (*access.Device, error) {
	if len(args) == 0 {
		_, err := one(t, args, "none, a device's name, or properties such as isCompliant=True")
		return nil, err
	}
	if len(args) == 1 {
		if args[0].is("none") {
			a.registered = false
			return nil, nil
		}
		known, ok := a.devices[strings.ToLower(args[0].text)]
		if !ok {
			return nil, unknownWord(args[0], "none, a device declared above, or properties such as isCompliant=True", keys(a.devices))
		}
		args = known
	}
	a.registered = true
	return readDevice(args, a.strict)
}

// readDevice makes a registered device. A property that is not told is null, and
// isCompliant is false (WI-3); or it is unknown if strict.
func readDevice(args []token, strict bool) (*access.Device, error) {
	d := &access.Device{}
	if !strict {
		*d = bareDevice()
	}
	return d, properties(args, func(name token, values []token, several bool) error {
		if several {
			return deviceList(d, name, values)
		}
		return deviceProperty(d, name, values[0])
	})
}

// bareDevice is registered and shows nothing else.
func bareDevice() access.Device {
	var d access.Device
	d.IsCompliant = access.Known(access.No)
	d.IsManaged = access.Known(false)
	for _, at := range deviceTexts {
		*at(&d) = access.Known("")
	}
	for i := range d.ExtensionAttributes {
		d.ExtensionAttributes[i] = access.Known("")
	}
	d.PhysicalIDs, d.SystemLabels = access.Known[[]string](nil), access.Known[[]string](nil)
	return d
}

var deviceTexts = map[string]func(*access.Device) *access.Fact[string]{
	"trustType":              func(d *access.Device) *access.Fact[string] { return &d.TrustType },
	"deviceOwnership":        func(d *access.Device) *access.Fact[string] { return &d.Ownership },
	"profileType":            func(d *access.Device) *access.Fact[string] { return &d.ProfileType },
	"deviceId":               func(d *access.Device) *access.Fact[string] { return &d.DeviceID },
	"displayName":            func(d *access.Device) *access.Fact[string] { return &d.DisplayName },
	"manufacturer":           func(d *access.Device) *access.Fact[string] { return &d.Manufacturer },
	"model":                  func(d *access.Device) *access.Fact[string] { return &d.Model },
	"enrollmentProfileName":  func(d *access.Device) *access.Fact[string] { return &d.EnrollmentProfileName },
	"mdmAppId":               func(d *access.Device) *access.Fact[string] { return &d.MDMAppID },
	"operatingSystem":        func(d *access.Device) *access.Fact[string] { return &d.OperatingSystem },
	"operatingSystemVersion": func(d *access.Device) *access.Fact[string] { return &d.OperatingSystemVersion },
}

func deviceNames() []string {
	return append(keys(deviceTexts), "isCompliant", "isManaged", "physicalIds", "systemLabels", "extensionAttribute1")
}

func deviceList(d *access.Device, name token, values []token) error {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.text
	}
	switch name.text {
	case "physicalIds":
		d.PhysicalIDs = access.Known(texts)
	case "systemLabels":
		d.SystemLabels = access.Known(texts)
	default:
		return unknownWord(name, "a property that is a list", []string{"physicalIds", "systemLabels"})
	}
	return nil
}

func deviceProperty(d *access.Device, name, value token) error {
	switch name.text {
	case "isCompliant":
		v, err := mode(value, map[string]access.Fact[access.Tri]{"True": access.Known(access.Yes), "False": access.Known(access.No), "null": access.Known(access.Null), "unknown": {}})
		d.IsCompliant = v
		return err
	case "isManaged":
		v, err := mode(value, map[string]access.Fact[bool]{"True": access.Known(true), "False": access.Known(false), "unknown": {}})
		d.IsManaged = v
		return err
	case "physicalIds", "systemLabels":
		at := &d.PhysicalIDs
		if name.text == "systemLabels" {
			at = &d.SystemLabels
		}
		switch {
		case value.is("unknown"):
			*at = access.Fact[[]string]{}
		case value.is("null"):
			*at = access.Known[[]string](nil)
		default:
			return value.errorf("found %s, expected a list such as [\"a\", \"b\"]", value.shown())
		}
		return nil
	}
	at := textOf(d, name.text)
	if at == nil {
		return unknownWord(name, "a property of a device", deviceNames())
	}
	switch {
	case value.is("unknown"):
		*at = access.Fact[string]{}
	case value.is("null"):
		*at = access.Known("")
	default:
		*at = access.Known(value.text)
	}
	return nil
}

func textOf(d *access.Device, name string) *access.Fact[string] {
	if at, ok := deviceTexts[name]; ok {
		return at(d)
	}
	number, ok := strings.CutPrefix(name, "extensionAttribute")
	i, err := strconv.Atoi(number)
	if !ok || err != nil || i < 1 || i > len(d.ExtensionAttributes) {
		return nil
	}
	return &d.ExtensionAttributes[i-1]
}
