package route

import (
	"net/http"
	"strings"
)

// setHeaders sets what every answer has. A page that needs more of a browser
// sets a policy of its own.
func (r *Router) setHeaders(h http.Header, seen *Request) {
	h.Set("X-Content-Type-Options", "nosniff")
	// Addresses here carry codes, hops and names.
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cache-Control", "no-store")
	if r.strict {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	seen.echoCorrelation()
}

// AllowFraming lets other sites put the answer into a frame: for answers that
// ask nothing of a person (SI-443).
func AllowFraming(w http.ResponseWriter) {
	h := w.Header()
	h.Del("X-Frame-Options")
	kept := []string{}
	for directive := range strings.SplitSeq(h.Get("Content-Security-Policy"), ";") {
		if directive = strings.TrimSpace(directive); directive != "" && !strings.HasPrefix(directive, "frame-ancestors") {
			kept = append(kept, directive)
		}
	}
	h.Set("Content-Security-Policy", strings.Join(kept, "; "))
}

// CacheFor lets everyone keep the answer for so many seconds.
func CacheFor(w http.ResponseWriter, seconds string) {
	w.Header().Set("Cache-Control", "public, max-age="+seconds)
}

// exposed are headers of an answer that a script of another site may read.
const exposed = "x-ms-request-id, client-request-id, Retry-After, WWW-Authenticate"

// AllowOrigin lets scripts of an origin read the answer; "*" is all of them.
// Cookies are never sent along.
func AllowOrigin(w http.ResponseWriter, origin string) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", exposed)
	if origin != "*" {
		h.Add("Vary", "Origin")
	}
}

// Preflight answers a browser that asks whether a script of another site may
// send a request. It may: whether it may read the answer is decided with the
// answer, when the client is known.
func Preflight(methods string) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		AllowOrigin(w, "*")
		h := w.Header()
		h.Set("Access-Control-Allow-Methods", methods)
		if asked := q.Header.Get("Access-Control-Request-Headers"); len(asked) < 1024 {
			h.Set("Access-Control-Allow-Headers", asked)
		}
		h.Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
	}
}
