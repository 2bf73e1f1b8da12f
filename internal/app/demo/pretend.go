package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/route"
)

// Guise is what a visitor pretends to be, by keys of the lists; empty: what
// they are.
type Guise struct{ Place, Platform, Device string }

// platform is one to pretend to have: its client hint, and a browser's user
// agent on it.
type platform struct{ Key, Name, hint, agent string }

var platforms = []platform{
	{Key: "windows", Name: "Windows", hint: "Windows", agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"},
	{Key: "macos", Name: "macOS", hint: "macOS", agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15"},
	{Key: "linux", Name: "Linux", hint: "Linux", agent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"},
	{Key: "android", Name: "Android", hint: "Android", agent: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"},
	{Key: "ios", Name: "iOS", hint: "iOS", agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1"},
	{Key: "fridge", Name: "A refrigerator", hint: "Fridge OS", agent: "FridgeBrowser/1.0 (Fridge OS)"},
}

// Cookie is the cookie of a guise: place=osaka&platform=ios&device=laptop, each
// a key of the lists and each optional. Programs may send it, too.
const Cookie = "sallyport-demo"

// guiseOf reads what a visitor pretends to be. What is not in the lists is
// ignored: nobody can make an address up.
func guiseOf(q *http.Request) Guise {
	cookie, err := q.Cookie(Cookie)
	if err != nil {
		return Guise{}
	}
	values, err := url.ParseQuery(cookie.Value)
	if err != nil {
		return Guise{}
	}
	g := Guise{values.Get("place"), values.Get("platform"), values.Get("device")}
	if !slices.ContainsFunc(places, func(p place) bool { return p.Key == g.Place }) {
		g.Place = ""
	}
	if !slices.ContainsFunc(platforms, func(p platform) bool { return p.Key == g.Platform }) {
		g.Platform = ""
	}
	if !slices.ContainsFunc(devices, func(d device) bool { return d.Key == g.Device }) {
		g.Device = ""
	}
	return g
}

// String is the cookie's value.
func (g Guise) String() string {
	values := url.Values{}
	for key, value := range map[string]string{"place": g.Place, "platform": g.Platform, "device": g.Device} {
		if value != "" {
			values.Set(key, value)
		}
	}
	return values.Encode()
}

// Wrap lets visitors of a server pretend: what they chose is put into their
// requests before the server reads them. What they send in place of it
// themselves, a forwarded address for one, is taken away.
func (d *Demo) Wrap(server http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		q.Header.Del("X-Forwarded-For")
		if err := d.disguise(q, guiseOf(q)); err != nil {
			http.Error(w, "The demo could not sign for the device.", http.StatusInternalServerError)
			return
		}
		server.ServeHTTP(w, q)
	})
}

// disguise changes a request to what a visitor pretends.
func (d *Demo) disguise(q *http.Request, g Guise) error {
	for _, p := range places {
		if p.Key == g.Place && p.Address.IsValid() {
			q.RemoteAddr = netip.AddrPortFrom(p.Address, 40000).String()
		}
	}
	for _, p := range platforms {
		if p.Key == g.Platform {
			q.Header.Set("User-Agent", p.agent)
			q.Header.Set("Sec-CH-UA-Platform", `"`+p.hint+`"`)
			q.Header.Del("Sec-CH-UA-Platform-Version")
		}
	}
	if g.Device == "" || !provesDevice(q.URL.Path) {
		return nil
	}
	return d.prove(q, g.Device)
}

// provesDevice reports whether a device would be asked for at a path.
func provesDevice(path string) bool {
	return strings.HasPrefix(path, "/signin/") || strings.Contains(path, "/oauth2/") || strings.HasPrefix(path, "/demo/tv")
}

// prove lets a device's key sign a fresh challenge, as a helper on the device
// would.
func (d *Demo) prove(q *http.Request, key string) error {
	for _, one := range devices {
		if one.Key != key {
			continue
		}
		nonce, err := d.parts.Pipeline.DeviceNonce(q.Context())
		if err != nil {
			return err
		}
		proof, err := factor.SignDeviceProof(d.keys[key], one.id, d.parts.Origin, nonce)
		if err != nil {
			return err
		}
		q.Header.Set(route.DeviceProofHeader, proof)
	}
	return nil
}

// pretend takes the visitor's choice.
func (d *Demo) pretend(w http.ResponseWriter, q *http.Request) {
	form, err := route.Form(q)
	if err != nil {
		d.router.Fail(w, q, http.StatusBadRequest)
		return
	}
	g := Guise{form.Get("place"), form.Get("platform"), form.Get("device")}
	http.SetCookie(w, &http.Cookie{
		Name: Cookie, Value: g.String(), Path: "/", HttpOnly: true, Secure: d.router.Secure(), SameSite: http.SameSiteLaxMode,
	})
	http.Redirect(w, q, "/demo", http.StatusSeeOther)
}

// thumbprintOf is the SHA-256 of a certificate, in hex.
func thumbprintOf(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}
