package oidc

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// errorBody is the body of the token endpoint's answer no (SI-200).
type errorBody struct {
	Error         string        `json:"error"`
	Description   string        `json:"error_description"`
	Codes         []result.Code `json:"error_codes"`
	Timestamp     string        `json:"timestamp"`
	TraceID       string        `json:"trace_id"`
	CorrelationID string        `json:"correlation_id"`
	URI           string        `json:"error_uri"`
	SubError      string        `json:"suberror,omitempty"`
	// Claims is a JSON document as a text.
	Claims string `json:"claims,omitempty"`
}

// timestampLayout is that of SI-200: with a space, and no T.
const timestampLayout = "2006-01-02 15:04:05Z"

// refuse answers no to a program.
func (f *Front) refuse(w http.ResponseWriter, q *http.Request, refusal *signin.Refusal) {
	told := refusal.Token()
	route.Of(q).Code = int(refusal.Code)
	h := w.Header()
	h.Set("x-ms-clitelem", "1,"+strconv.Itoa(int(refusal.Code))+",0,,")
	if told.Status == http.StatusUnauthorized && usesBasic(q) {
		h.Set("WWW-Authenticate", `Basic realm="`+f.router.Origin()+`"`) // RFC 6749 §5.2
	}
	f.offerDeviceChallenge(w, q, refusal)
	writeJSON(w, told.Status, errorBody{
		Error: told.Error, Description: refusal.Description(), Codes: []result.Code{refusal.Code},
		Timestamp: refusal.Time.UTC().Format(timestampLayout), TraceID: refusal.RequestID, CorrelationID: refusal.Correlation,
		URI: f.errorURI(refusal.Code), SubError: told.SubError, Claims: told.Claims,
	})
}

// offerDeviceChallenge gives a client that is asked for its device what it must
// sign: a fresh nonce, since it sees no page that would.
func (f *Front) offerDeviceChallenge(w http.ResponseWriter, q *http.Request, refusal *signin.Refusal) {
	if refusal.Code != result.DeviceAuthenticationRequired && refusal.Code != result.DeviceAuthenticationFailed {
		return
	}
	if nonce, err := f.parts.Pipeline.DeviceNonce(q.Context()); err == nil {
		w.Header().Set(route.DeviceNonceHeader, nonce)
	}
}

// bare makes a refusal that no pipeline made: of what is no sign-in, and so is
// not in the sign-in log.
func (f *Front) bare(q *http.Request, code result.Code) *signin.Refusal {
	seen := route.Of(q)
	correlation := seen.Correlation
	if correlation == "" {
		if id, err := directory.NewID(f.parts.Random); err == nil {
			correlation = id
		}
	}
	return &signin.Refusal{Code: code, RequestID: seen.ID, Correlation: correlation, Time: f.router.Now(), Silent: true, Disclosure: directory.DiscloseCode}
}

// refuseBare answers no to a program about something that is no sign-in.
func (f *Front) refuseBare(w http.ResponseWriter, q *http.Request, code result.Code) {
	f.refuse(w, q, f.bare(q, code))
}

// refuseForm answers a body that could not be read.
func (f *Front) refuseForm(w http.ResponseWriter, q *http.Request, err error) {
	if route.TooLong(err) {
		w.Header().Set("Connection", "close")
		f.router.Fail(w, q, http.StatusRequestEntityTooLarge)
		return
	}
	f.refuseBare(w, q, result.InvalidRequest)
}

// errorURI is where a person reads about a code; MSAL.js reads the number from
// it (SI-446).
func (f *Front) errorURI(code result.Code) string {
	return f.router.Origin() + "/error?code=" + strconv.Itoa(int(code))
}

// brokenToProgram answers a program that the machine is broken, and tells the
// operator why.
func (f *Front) brokenToProgram(w http.ResponseWriter, q *http.Request, err error) {
	seen := route.Of(q)
	seen.Note("failure", err.Error())
	status, text := http.StatusInternalServerError, "server_error"
	if fault.KindOf(err) == fault.Unavailable {
		status, text = http.StatusServiceUnavailable, "temporarily_unavailable"
		w.Header().Set("Retry-After", "5")
	}
	writeJSON(w, status, struct {
		Error         string `json:"error"`
		Description   string `json:"error_description"`
		Timestamp     string `json:"timestamp"`
		TraceID       string `json:"trace_id"`
		CorrelationID string `json:"correlation_id"`
	}{text, fault.Text(err) + " Trace ID: " + seen.ID, f.router.Now().UTC().Format(timestampLayout), seen.ID, seen.Correlation})
}

// brokenToPerson does the same for a browser.
func (f *Front) brokenToPerson(w http.ResponseWriter, q *http.Request, err error) {
	route.Of(q).Note("failure", err.Error())
	status := http.StatusInternalServerError
	if fault.KindOf(err) == fault.Unavailable {
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "5")
	}
	f.router.Fail(w, q, status)
}

// redirectError returns the parameters that tell a client by redirect (SI-205).
func (f *Front) redirectError(refusal *signin.Refusal) url.Values {
	told := refusal.Authorize()
	v := url.Values{
		"error": {told.Error}, "error_description": {refusal.Description()}, "error_uri": {f.errorURI(refusal.Code)},
		"correlation_id": {refusal.Correlation}, "trace_id": {refusal.RequestID}, "timestamp": {refusal.Time.UTC().Format(timestampLayout)},
	}
	for name, value := range map[string]string{"error_subcode": told.SubCode, "suberror": told.SubError, "claims": told.Claims} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// bearerError answers a request to a resource whose token does not do
// (RFC 6750 §3).
func (f *Front) bearerError(w http.ResponseWriter, q *http.Request, status int, kind, description string) {
	challenge := `Bearer realm=""`
	if kind != "" {
		challenge += `, error="` + kind + `", error_description="` + description + `"`
	}
	w.Header().Set("WWW-Authenticate", challenge)
	seen := route.Of(q)
	writeJSON(w, status, struct {
		Error       string `json:"error,omitempty"`
		Description string `json:"error_description,omitempty"`
		TraceID     string `json:"trace_id"`
	}{kind, description, seen.ID})
}

// writeJSON writes an answer to a program.
func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // all bodies are plain data
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	if h.Get("Cache-Control") == "no-store" {
		h.Set("Pragma", "no-cache") // RFC 6749 §5.1
	}
	w.WriteHeader(status)
	_, _ = w.Write(text) // whoever left needs no answer
}

// seconds returns a time as the protocol writes it.
func seconds(t time.Time) int64 { return t.Unix() }
