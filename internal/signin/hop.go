package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// hop is one step of an attempt, as the browser holds it between two pages.
type hop struct {
	attempt string // 32 hex digits
	serial  uint32
	page    Page
}

// hopLabel keeps a hop's signature from passing for any other of the same key.
const hopLabel = "sallyport hop 1"

// sign returns the hop's text: what names it, and an HMAC over that. It needs
// no secret inside, since the attempt is bound to the browser by a cookie.
func (p *Pipeline) sign(h hop) string {
	id, err := hex.DecodeString(h.attempt)
	if err != nil {
		panic(err) // attempts' ids are made here
	}
	payload := binary.BigEndian.AppendUint32(id, h.serial)
	payload = append(payload, h.page...)
	return base64.RawURLEncoding.EncodeToString(append(p.mac(payload), payload...))
}

// open reads a hop that this server signed; anything else is no hop.
func (p *Pipeline) open(text string) (hop, bool) {
	const idBytes = 16
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(text) > 256 || len(raw) < sha256.Size+idBytes+4 {
		return hop{}, false
	}
	sum, payload := raw[:sha256.Size], raw[sha256.Size:]
	if !hmac.Equal(sum, p.mac(payload)) {
		return hop{}, false
	}
	return hop{
		attempt: hex.EncodeToString(payload[:idBytes]),
		serial:  binary.BigEndian.Uint32(payload[idBytes:]),
		page:    Page(payload[idBytes+4:]),
	}, true
}

func (p *Pipeline) mac(payload []byte) []byte {
	h := hmac.New(sha256.New, p.parts.HopKey)
	h.Write([]byte(hopLabel))
	h.Write(payload)
	return h.Sum(nil)
}
