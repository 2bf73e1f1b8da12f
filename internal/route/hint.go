package route

import (
	"net/http"
	"strings"
)

// The headers by which a client tells of its device.
const (
	// DeviceProofHeader carries a device's signed answer to a challenge.
	DeviceProofHeader = "Device-Proof"
	// DeviceNonceHeader carries the challenge to a client that shows no page.
	DeviceNonceHeader = "Device-Nonce"
)

// Hints are the client hints of a request, without their quotes; empty: the
// browser did not say.
type Hints struct {
	Platform, PlatformVersion string
	Mobile                    bool
}

// HintsOf returns the client hints of a request (Sec-CH-UA-…).
func HintsOf(q *http.Request) Hints {
	unquote := func(s string) string { return strings.Trim(s, `" `) }
	return Hints{
		Platform:        unquote(q.Header.Get("Sec-CH-UA-Platform")),
		PlatformVersion: unquote(q.Header.Get("Sec-CH-UA-Platform-Version")),
		Mobile:          q.Header.Get("Sec-CH-UA-Mobile") == "?1",
	}
}

// AskHints asks a browser for the hints that it does not give unasked, from
// its next request on.
func AskHints(w http.ResponseWriter) {
	w.Header().Set("Accept-CH", "Sec-CH-UA-Platform-Version")
}

// CertificateOf returns the certificate of the client's TLS connection in DER
// form; nil: there is none. A proxy cannot pass one on: its header would be
// anyone's to write.
func CertificateOf(q *http.Request) []byte {
	if q.TLS == nil || len(q.TLS.PeerCertificates) == 0 {
		return nil
	}
	return q.TLS.PeerCertificates[0].Raw
}

// AnswersDevice reports whether a client says that it answers a device
// challenge (SI-454): by its header, by its user agent, or because it does.
func AnswersDevice(q *http.Request) bool {
	return q.Header.Get("x-ms-PKeyAuth") != "" || strings.Contains(q.UserAgent(), "PKeyAuth/") ||
		q.Header.Get(DeviceProofHeader) != "" || q.URL.Query().Get("device_challenge") == "1" || CertificateOf(q) != nil
}
