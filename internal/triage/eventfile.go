package triage

import (
	"encoding/binary"
	"math"
)

// What a packed event tells besides what each one does.
const (
	tellsIPv4 = 1 << iota
	tellsIPv6
	tellsCode
	tellsPlace
	tellsSession
	tellsDevice
	tellsMatch  // of a Sigma rule
	tellsTextID // instead of a GUID
)

// append packs the event, all but its time, for this process to unpack. Most
// events leave most fields empty, and most numbers are small: they take half of
// what the event takes in memory.
func (e *event) append(b []byte) []byte {
	le := binary.LittleEndian
	told := len(b)
	b = append(b, 0, e.prompts)
	b = le.AppendUint16(b, e.country)
	b = le.AppendUint32(b, uint32(e.traits))
	for _, n := range [...]uint32{e.who, e.app, e.resource, e.agent, e.city, e.refusals, e.tenant, e.asn} {
		b = appendNumber(b, n)
	}
	switch {
	case e.hasAddr && e.isIPv4():
		b[told] |= tellsIPv4
		b = append(b, e.addr[12:]...)
	case e.hasAddr:
		b[told] |= tellsIPv6
		b = append(b, e.addr[:]...)
	}
	if e.hasCode {
		b[told] |= tellsCode
		b = appendNumber(b, uint32(e.code))
	}
	if e.lat != 0 || e.lon != 0 {
		b[told] |= tellsPlace
		b = le.AppendUint32(b, math.Float32bits(e.lat))
		b = le.AppendUint32(b, math.Float32bits(e.lon))
	}
	if e.session != 0 {
		b[told] |= tellsSession
		b = le.AppendUint64(b, e.session)
	}
	if e.device != 0 {
		b[told] |= tellsDevice
		b = le.AppendUint64(b, e.device)
	}
	if e.matched != 0 {
		b[told] |= tellsMatch
		b = le.AppendUint16(b, e.matched)
		b = le.AppendUint64(b, e.group)
		b = le.AppendUint64(b, e.value)
		b = appendNumber(b, e.groupText)
	}
	if e.id.text != "" {
		b[told] |= tellsTextID
		return append(b, e.id.text...)
	}
	return append(b, e.id.guid[:]...)
}

func appendNumber(b []byte, n uint32) []byte {
	if n < 0x80 {
		return append(b, byte(n))
	}
	return binary.AppendUvarint(b, uint64(n))
}

// unpack reads what append packed.
func (e *event) unpack(at int64, b []byte) {
	p := packed{b}
	told := p.take(1)[0]
	*e = event{at: at, prompts: p.take(1)[0], country: p.uint16(), traits: trait(p.uint32())}
	for _, n := range [...]*uint32{&e.who, &e.app, &e.resource, &e.agent, &e.city, &e.refusals, &e.tenant, &e.asn} {
		*n = p.number()
	}
	switch e.hasAddr = told&(tellsIPv4|tellsIPv6) != 0; {
	case told&tellsIPv4 != 0:
		e.addr[10], e.addr[11] = 0xff, 0xff
		copy(e.addr[12:], p.take(4))
	case told&tellsIPv6 != 0:
		copy(e.addr[:], p.take(16))
	}
	if e.hasCode = told&tellsCode != 0; e.hasCode {
		e.code = int32(p.number())
	}
	if told&tellsPlace != 0 {
		e.lat, e.lon = math.Float32frombits(p.uint32()), math.Float32frombits(p.uint32())
	}
	if told&tellsSession != 0 {
		e.session = p.uint64()
	}
	if told&tellsDevice != 0 {
		e.device = p.uint64()
	}
	if told&tellsMatch != 0 {
		e.matched, e.group, e.value, e.groupText = p.uint16(), p.uint64(), p.uint64(), p.number()
	}
	if told&tellsTextID != 0 {
		e.id.text = string(p.rest)
		return
	}
	copy(e.id.guid[:], p.rest)
}

// packed is what is left of an event that is being unpacked.
type packed struct{ rest []byte }

func (p *packed) take(n int) []byte {
	b := p.rest[:n]
	p.rest = p.rest[n:]
	return b
}

func (p *packed) uint16() uint16 { return binary.LittleEndian.Uint16(p.take(2)) }
func (p *packed) uint32() uint32 { return binary.LittleEndian.Uint32(p.take(4)) }
func (p *packed) uint64() uint64 { return binary.LittleEndian.Uint64(p.take(8)) }

func (p *packed) number() uint32 {
	if b := p.rest; b[0] < 0x80 {
		p.rest = b[1:]
		return uint32(b[0])
	}
	n, size := binary.Uvarint(p.rest)
	p.rest = p.rest[size:]
	return uint32(n)
}
