package triage

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// fixedSize is the length of what append writes before a textual id.
const fixedSize = 8 + 8 + 16 + 16 + 7*4 + 4 + 8 + 8 + 4 + 4 + 4 + 4 + 2 + 1 + 1 + 2 + 8 + 8 + 4 + 4

// append writes the event for this process to read back.
func (e *event) append(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint64(b, uint64(e.at))
	b = le.AppendUint64(b, e.seq)
	b = append(b, e.id.guid[:]...)
	b = append(b, e.addr[:]...)
	for _, n := range [...]uint32{e.who, e.app, e.resource, e.agent, e.city, e.refusals, e.tenant, e.asn} {
		b = le.AppendUint32(b, n)
	}
	b = le.AppendUint64(b, e.session)
	b = le.AppendUint64(b, e.device)
	b = le.AppendUint32(b, math.Float32bits(e.lat))
	b = le.AppendUint32(b, math.Float32bits(e.lon))
	b = le.AppendUint32(b, uint32(e.code))
	b = le.AppendUint32(b, uint32(e.traits))
	b = le.AppendUint16(b, e.country)
	var told byte
	if e.hasAddr {
		told |= 1
	}
	if e.hasCode {
		told |= 2
	}
	b = append(b, e.prompts, told)
	b = le.AppendUint16(b, e.matched)
	b = le.AppendUint64(b, e.group)
	b = le.AppendUint64(b, e.value)
	b = le.AppendUint32(b, e.groupText)
	b = le.AppendUint32(b, uint32(len(e.id.text)))
	return append(b, e.id.text...)
}

// read reads what append wrote.
func (e *event) read(in *bufio.Reader) error {
	b, err := in.Peek(fixedSize)
	if err != nil {
		if len(b) > 0 {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	le := binary.LittleEndian
	u64 := func() uint64 { v := le.Uint64(b); b = b[8:]; return v }
	u32 := func() uint32 { v := le.Uint32(b); b = b[4:]; return v }
	u16 := func() uint16 { v := le.Uint16(b); b = b[2:]; return v }
	*e = event{at: int64(u64()), seq: u64()}
	b = b[copy(e.id.guid[:], b):]
	b = b[copy(e.addr[:], b):]
	for _, n := range [...]*uint32{&e.who, &e.app, &e.resource, &e.agent, &e.city, &e.refusals, &e.tenant, &e.asn} {
		*n = u32()
	}
	e.session, e.device = u64(), u64()
	e.lat, e.lon = math.Float32frombits(u32()), math.Float32frombits(u32())
	e.code, e.traits = int32(u32()), trait(u32())
	e.country = u16()
	e.prompts = b[0]
	e.hasAddr, e.hasCode = b[1]&1 != 0, b[1]&2 != 0
	b = b[2:]
	e.matched = u16()
	e.group, e.value, e.groupText = u64(), u64(), u32()
	text := int(u32())
	if _, err := in.Discard(fixedSize); err != nil {
		return err
	}
	if text > 0 {
		id := make([]byte, text)
		if _, err := io.ReadFull(in, id); err != nil {
			return fmt.Errorf("id of %d bytes: %w", text, err)
		}
		e.id.text = string(id)
	}
	return nil
}
