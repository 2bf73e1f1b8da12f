package graphjson

import (
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// device reads a device; null is none that is registered.
func (v value) device() access.Fact[*access.Device] {
	if v.none() {
		return access.Known[*access.Device](nil)
	}
	d := &access.Device{}
	readFields(v, deviceFields, d)
	return access.Known(d)
}

// deviceFields are Graph's names of device properties, in the order they are
// written in. What-If's ownership is deviceOwnership (WI-3).
var deviceFields = append([]field[access.Device]{
	{"deviceId", func(v value, d *access.Device) { d.DeviceID = textFact[string](v) }},
	{"displayName", func(v value, d *access.Device) { d.DisplayName = textFact[string](v) }},
	{"isCompliant", func(v value, d *access.Device) { d.IsCompliant = v.tri() }},
	{"isManaged", func(v value, d *access.Device) { d.IsManaged = truthFact(v) }},
	{"trustType", func(v value, d *access.Device) { d.TrustType = v.trustType() }},
	{"deviceOwnership", func(v value, d *access.Device) { v.ownership(d) }},
	{"ownership", func(v value, d *access.Device) { v.ownership(d) }},
	{"profileType", func(v value, d *access.Device) { d.ProfileType = textFact[string](v) }},
	{"manufacturer", func(v value, d *access.Device) { d.Manufacturer = textFact[string](v) }},
	{"model", func(v value, d *access.Device) { d.Model = textFact[string](v) }},
	{"enrollmentProfileName", func(v value, d *access.Device) { d.EnrollmentProfileName = textFact[string](v) }},
	{"mdmAppId", func(v value, d *access.Device) { d.MDMAppID = textFact[string](v) }},
	{"operatingSystem", func(v value, d *access.Device) { d.OperatingSystem = textFact[string](v) }},
	{"operatingSystemVersion", func(v value, d *access.Device) { d.OperatingSystemVersion = textFact[string](v) }},
	{"physicalIds", func(v value, d *access.Device) { d.PhysicalIDs = textsFact[string](v) }},
	{"systemLabels", func(v value, d *access.Device) { d.SystemLabels = textsFact[string](v) }},
	{"extensionAttributes", func(v value, d *access.Device) { v.extensions(d) }},
}, extensionFields()...)

// extensionFields are extensionAttribute1 to extensionAttribute15.
func extensionFields() []field[access.Device] {
	var fields []field[access.Device]
	for i := range len(access.Device{}.ExtensionAttributes) {
		fields = append(fields, field[access.Device]{extensionName(i), func(v value, d *access.Device) {
			if d.ExtensionAttributes[i].IsKnown() {
				v.r.fail(v.n, v.path, "found this attribute again")
			}
			d.ExtensionAttributes[i] = textFact[string](v)
		}})
	}
	return fields
}

func extensionName(i int) string { return "extensionAttribute" + strconv.Itoa(i+1) }

func (v value) extensions(d *access.Device) {
	if !v.none() {
		readFields(v, extensionFields(), d)
		return
	}
	for i := range d.ExtensionAttributes {
		d.ExtensionAttributes[i] = access.Known("")
	}
}

func (v value) tri() access.Fact[access.Tri] {
	if v.n.Kind() == Null {
		return access.Known(access.Null)
	}
	switch t, ok := v.truth(); {
	case !ok:
		return access.Fact[access.Tri]{}
	case t:
		return access.Known(access.Yes)
	}
	return access.Known(access.No)
}

// trustTypes are the ways a device belongs to a tenant (CA-84).
var trustTypes = []string{"AzureAD", "ServerAD", "Workplace"}

// trustType reads a trust type. It is checked, since controls depend on it
// (CA-106).
func (v value) trustType() access.Fact[string] {
	if v.none() {
		return access.Known("")
	}
	for _, t := range trustTypes {
		if v.n.Kind() == String && strings.EqualFold(v.n.text, t) {
			return access.Known(t)
		}
	}
	v.wrong("one of " + strings.Join(trustTypes, ", ") + ", or null for none")
	return access.Fact[string]{}
}

func (v value) ownership(d *access.Device) {
	if d.Ownership.IsKnown() {
		v.r.fail(v.n, v.path, "found this member beside its other name, expected deviceOwnership or ownership")
	}
	d.Ownership = textFact[string](v)
}
