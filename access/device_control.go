package access

// compliantDevice grades the compliantDevice control (CA-99, CA-105, CA-112).
func (q *query) compliantDevice(as reading) Standing {
	seen := Unknown
	if device, known := q.facts.Device.Get(); known {
		seen = device.compliant()
	}
	return q.deviceControl(as, trustsCompliantDevice, seen, q.facts.HomeClaims.value.CompliantDevice)
}

// domainJoinedDevice grades the domainJoinedDevice control: hybrid joined, which
// a joined device is not (CA-99, CA-106, CA-112).
func (q *query) domainJoinedDevice(as reading) Standing {
	seen := Unknown
	if device, known := q.facts.Device.Get(); known {
		seen = device.hybridJoined()
	}
	return q.deviceControl(as, trustsDomainJoinedDevice, seen, q.facts.HomeClaims.value.DomainJoinedDevice)
}

// deviceControl grades a demand on the device's state; seen is whether the device
// shows it, claimed is what the home tenant of an external person asserted.
func (q *query) deviceControl(as reading, part func(InboundTrust) bool, seen Truth, claimed bool) Standing {
	if q.deviceCode == True {
		return Failed
	}
	var s Standing
	if as == ordinary {
		s = met(seen, Failed)
	} else {
		s = q.trusting(part, func(trusted bool) Standing {
			if !trusted {
				return Failed
			}
			home := Unknown
			if q.facts.HomeClaims.known {
				home = truthOf(Known(claimed))
			}
			return met(home.Or(seen), Failed)
		})
	}
	if q.deviceCode == Unknown {
		s |= Failed
	}
	return s
}

// resolveDevice finds the device that counts: none under the device code flow,
// whose device state is another machine's (CA-99), and none of an external
// person whose home tenant's device claims are not trusted (CA-91).
func (q *query) resolveDevice(f *Facts) {
	q.effectiveDevice, q.deviceKnown = f.Device.Get()
	hidden := q.deviceCode
	if q.readings != ordinary {
		hidden = hidden.Or(q.untrustedDevice(f))
	}
	switch {
	case hidden == True:
		q.effectiveDevice, q.deviceKnown = nil, true
	case hidden == Unknown && q.effectiveDevice != nil:
		q.effectiveDevice, q.deviceKnown = nil, false
	}
}

// untrustedDevice tells whether the person is external and their home tenant's
// device claims do not count.
func (q *query) untrustedDevice(f *Facts) Truth {
	external := True
	if q.readings&ordinary != 0 {
		external = Unknown
	}
	trust, known := f.InboundTrust.Get()
	switch {
	case !known:
		return Unknown
	case trust.CompliantDevice || trust.DomainJoinedDevice:
		return False
	}
	return external
}
