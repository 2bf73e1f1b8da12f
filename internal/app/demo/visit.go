package demo

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"sync"
	"time"
)

// visit is what the sample app remembers of one browser: a sign-in under way,
// and what the last one gave.
type visit struct {
	App string
	// Pending is the sign-in under way, by its state.
	Pending map[string]pending
	// Tokens are what the app holds; nil: nothing.
	Tokens *tokens
	// Refused is the last refusal; nil: none.
	Refused *refused
	// Log are the app's requests in the order in which it made them.
	Log   []exchange
	since time.Time
}

// pending is a sign-in under way.
type pending struct{ App, Nonce, Verifier, TV string }

// visits are kept in memory: the demo runs on one machine, and who restarts it
// begins anew.
type visits struct {
	mu  sync.Mutex
	now func() time.Time
	all map[string]*visit
}

// Bounds of what is remembered.
const (
	mostVisits  = 256
	mostPending = 16
	mostLog     = 20
)

const visitCookie = "sallyport-demo-visit"

func newVisits(now func() time.Time) *visits { return &visits{now: now, all: map[string]*visit{}} }

// of runs f with the browser's visit, alone; a browser that has none gets one.
func (v *visits) of(w http.ResponseWriter, q *http.Request, f func(*visit)) {
	key := ""
	if cookie, err := q.Cookie(visitCookie); err == nil {
		key = cookie.Value
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	one := v.all[key]
	if one == nil {
		key = newText()
		one = &visit{Pending: map[string]pending{}, since: v.now()}
		v.makeRoom()
		v.all[key] = one
		http.SetCookie(w, &http.Cookie{Name: visitCookie, Value: key, Path: "/demo", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: q.TLS != nil})
	}
	f(one)
}

// makeRoom forgets the oldest visit if there are too many.
func (v *visits) makeRoom() {
	if len(v.all) < mostVisits {
		return
	}
	oldest := ""
	for key, one := range v.all {
		if oldest == "" || one.since.Before(v.all[oldest].since) {
			oldest = key
		}
	}
	delete(v.all, oldest)
}

// begin remembers a sign-in under way and returns its state.
func (one *visit) begin(p pending) string {
	if len(one.Pending) >= mostPending {
		clear(one.Pending)
	}
	state := newText()
	one.Pending[state] = p
	return state
}

// note adds a request to the log.
func (one *visit) note(e exchange) {
	one.Log = append(one.Log, e)
	one.Log = one.Log[max(0, len(one.Log)-mostLog):]
}

// newText returns 256 random bits as text. Browsers' cookies are no part of
// what can be replayed, so that the system's randomness is used.
func newText() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
