package access_test

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// countedDevice is the device that may count for a person of the given
// externality: the effective device of 0002. The device is nil if it is known to
// be unregistered, or to nobody.
func (a attempt) countedDevice(external access.Truth) (device *access.Device, known bool) {
	flow, flowKnown := a.f.Flow.Get()
	trust, trustKnown := a.f.InboundTrust.Get()
	trusted := trustKnown && (trust.CompliantDevice || trust.DomainJoinedDevice)
	device, deviceKnown := a.f.Device.Get()
	switch {
	case flowKnown && flow == access.DeviceCodeFlow: // CA-99
		return nil, true
	case external == access.True && trustKnown && !trusted: // CA-91
		return nil, true
	case deviceKnown && device == nil:
		return nil, true
	case flowKnown && (external == access.False || trusted):
		return device, deviceKnown
	}
	return nil, false
}

// deviceState is CA-83 and CA-90.
func (a attempt) deviceState(c *access.Conditions) access.Truth {
	device, known := a.countedDevice(a.external())
	t := access.True
	if f := c.DeviceFilter; f != nil {
		match := f.Rule.Match(deviceRecord{device, known})
		if f.Exclude {
			match = match.Not()
		}
		t = t.And(match)
	}
	if s := c.DeviceStates; s != nil {
		if s.ExcludeCompliant {
			t = t.And(isCompliant(device, known).Not())
		}
		if s.ExcludeDomainJoined {
			t = t.And(isDomainJoined(device, known).Not())
		}
	}
	return t
}

// isCompliant is CA-105.
func isCompliant(d *access.Device, known bool) access.Truth {
	if !known {
		return access.Unknown
	}
	if d == nil {
		return access.False
	}
	tri, known := d.IsCompliant.Get()
	if !known {
		return access.Unknown
	}
	return filter.Of(tri == access.Yes)
}

// isDomainJoined is CA-106.
func isDomainJoined(d *access.Device, known bool) access.Truth {
	if !known {
		return access.Unknown
	}
	if d == nil {
		return access.False
	}
	trust, known := d.TrustType.Get()
	if !known {
		return access.Unknown
	}
	return filter.Of(strings.EqualFold(trust, "ServerAD"))
}

// isManaged is whether a device management service manages the device.
func isManaged(d *access.Device) access.Truth {
	managed, known := d.IsManaged.Get()
	if !known {
		return access.Unknown
	}
	return filter.Of(managed)
}

// deviceRecord shows a device to a filter rule (CA-84 to CA-86).
type deviceRecord struct {
	device *access.Device
	known  bool
}

func (r deviceRecord) Value(p filter.Property) filter.Value {
	if !r.known {
		return filter.Value{}
	}
	if r.device == nil { // CA-85
		return filter.Null()
	}
	if strings.HasPrefix(p.Name(), "extensionAttribute") {
		return r.extension(p)
	}
	d := r.device
	switch p.Name() {
	case "isCompliant":
		return triValue(d.IsCompliant)
	case "physicalIds":
		return listValue(d.PhysicalIDs)
	case "systemLabels":
		return listValue(d.SystemLabels)
	}
	return textValue(map[string]access.Fact[string]{
		"deviceId": d.DeviceID, "displayName": d.DisplayName, "manufacturer": d.Manufacturer, "model": d.Model,
		"enrollmentProfileName": d.EnrollmentProfileName, "mdmAppId": d.MDMAppID,
		"operatingSystem": d.OperatingSystem, "operatingSystemVersion": d.OperatingSystemVersion,
		"deviceOwnership": d.Ownership, "profileType": d.ProfileType, "trustType": d.TrustType,
	}[p.Name()])
}

// extension is CA-86.
func (r deviceRecord) extension(p filter.Property) filter.Value {
	value := textValue(r.device.ExtensionAttributes[p.Device().ExtensionAttribute()-1])
	visible := anyOf(isManaged(r.device), isCompliant(r.device, true), isDomainJoined(r.device, true))
	switch {
	case visible == access.False || value.IsNull(): // null whether it is seen or not
		return filter.Null()
	case visible == access.Unknown:
		return filter.Value{}
	}
	return value
}

func textValue(f access.Fact[string]) filter.Value {
	s, known := f.Get()
	switch {
	case !known:
		return filter.Value{}
	case s == "":
		return filter.Null()
	}
	return filter.Text(s)
}

func listValue(f access.Fact[[]string]) filter.Value {
	s, known := f.Get()
	switch {
	case !known:
		return filter.Value{}
	case len(s) == 0:
		return filter.Null()
	}
	return filter.List(s...)
}

func triValue(f access.Fact[access.Tri]) filter.Value {
	tri, known := f.Get()
	if !known {
		return filter.Value{}
	}
	switch tri {
	case access.Yes:
		return filter.Text("True")
	case access.No:
		return filter.Text("False")
	}
	return filter.Null()
}
