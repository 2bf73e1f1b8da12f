// Package config reads how a server runs: one struct with defaults, a YAML file
// read strictly, environment variables and flags over it. Whatever is wrong is
// told at once, with its place; nothing is ignored.
//
//	defaults ◀── file ◀── SALLYPORT_… ◀── flags
//
// doc/sallyport.sample.yaml documents every setting with its default; a test
// keeps the two the same.
package config

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Config is how a server runs.
type Config struct {
	// Listen is the address to listen on, host:port; port 0 is any free one.
	Listen string `yaml:"listen"`
	// Origin is the address as people know it, scheme and host; empty: it
	// follows from Listen and TLS.
	Origin string `yaml:"origin"`
	// Data is the folder of database, keys and certificates.
	Data string `yaml:"data"`
	// Proxies are the networks whose X-Forwarded-For is believed.
	Proxies []netip.Prefix `yaml:"proxies"`
	// GeoIP are MaxMind DB files: countries or cities, anonymous addresses,
	// autonomous systems.
	GeoIP []string `yaml:"geoip"`
	// Embedded sends cookies to other sites' frames, for silent sign-in of
	// single-page apps.
	Embedded  bool      `yaml:"embedded"`
	TLS       TLS       `yaml:"tls"`
	Passwords Passwords `yaml:"passwords"`
	SignIns   SignIns   `yaml:"signIns"`
	Log       Log       `yaml:"log"`
	Metrics   Metrics   `yaml:"metrics"`
	// Stop is how long requests under way may take when the server stops.
	Stop time.Duration `yaml:"stop"`
}

// TLS is how the server speaks https.
type TLS struct {
	Mode TLSMode `yaml:"mode"`
	// Certificate and Key are PEM files, for TLSFiles.
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// TLSMode is where the server's certificate comes from.
type TLSMode string

// The modes.
const (
	TLSOff   TLSMode = "off"   // plain http, or a proxy that ends https
	TLSLocal TLSMode = "local" // a certificate authority of the server's own
	TLSFiles TLSMode = "files" // the operator's
)

// Passwords bound the hashing of passwords.
type Passwords struct {
	// Parallel is how many are hashed at once; each takes 19 MiB and a core.
	// Zero: as many as there are processors.
	Parallel int `yaml:"parallel"`
	// Waiting is how many more may wait; zero: 16 for each that is hashed.
	Waiting int `yaml:"waiting"`
}

// SignIns is how the sign-in log is kept.
type SignIns struct {
	// Keep is how long records are kept; zero: for ever.
	Keep time.Duration `yaml:"keep"`
}

// Log is what the server writes to standard error.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // text, json
	// Personal adds addresses and user agents to the records of requests.
	Personal bool `yaml:"personal"`
}

// Metrics is who may read /metrics.
type Metrics struct {
	From []netip.Prefix `yaml:"from"`
}

// Default returns the defaults.
func Default() Config {
	return Config{
		Listen: "localhost:8080", Data: "./var", TLS: TLS{Mode: TLSOff}, SignIns: SignIns{Keep: 90 * 24 * time.Hour},
		Log:     Log{Level: "info", Format: "text"},
		Metrics: Metrics{From: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}},
		Stop:    10 * time.Second,
	}
}

// check is one rule about a setting; it returns what is wrong, or nothing.
type check struct {
	path  string
	judge func(*Config) string
}

// checks are what must hold of a whole Config.
var checks = []check{
	{"listen", func(c *Config) string {
		if _, port, err := net.SplitHostPort(c.Listen); err != nil || !isPort(port) {
			return "is " + quote(c.Listen) + "; host:port is expected, as in localhost:8080"
		}
		return ""
	}},
	{"origin", func(c *Config) string {
		u, err := url.Parse(c.Origin)
		switch {
		case c.Origin == "":
			return ""
		case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.TrimSuffix(c.Origin, "/") != u.Scheme+"://"+u.Host:
			return "is " + quote(c.Origin) + "; scheme and host are expected, as in https://login.example"
		case c.TLS.Mode != TLSOff && u.Scheme != "https":
			return "is " + quote(c.Origin) + ", but tls.mode is " + string(c.TLS.Mode) + "; an https address is expected"
		}
		return ""
	}},
	{"data", func(c *Config) string { return unlessSet(c.Data, "a folder") }},
	{"embedded", func(c *Config) string {
		if c.Embedded && c.TLS.Mode == TLSOff && !strings.HasPrefix(c.Origin, "https://") {
			return "is true, which takes https: cookies in other sites' frames are sent by https only"
		}
		return ""
	}},
	{"tls.mode", func(c *Config) string {
		return unlessOneOf(string(c.TLS.Mode), string(TLSOff), string(TLSLocal), string(TLSFiles))
	}},
	{"tls.certificate", func(c *Config) string { return c.TLS.file(c.TLS.Certificate) }},
	{"tls.key", func(c *Config) string { return c.TLS.file(c.TLS.Key) }},
	{"passwords.parallel", func(c *Config) string { return unlessBetween(c.Passwords.Parallel, 0, 1024) }},
	{"passwords.waiting", func(c *Config) string { return unlessBetween(c.Passwords.Waiting, 0, 1<<20) }},
	{"signIns.keep", func(c *Config) string { return unlessLasts(c.SignIns.Keep, 0, 100*365*24*time.Hour) }},
	{"log.level", func(c *Config) string { return unlessOneOf(c.Log.Level, "debug", "info", "warn", "error") }},
	{"log.format", func(c *Config) string { return unlessOneOf(c.Log.Format, "text", "json") }},
	{"stop", func(c *Config) string { return unlessLasts(c.Stop, 0, time.Hour) }},
}

// file tells what is wrong with one of the two files of TLSFiles.
func (t TLS) file(path string) string {
	switch {
	case t.Mode == TLSFiles:
		return unlessSet(path, "a PEM file, as tls.mode is files")
	case path != "":
		return "is " + quote(path) + ", but tls.mode is " + string(t.Mode) + "; it is used with files only"
	}
	return ""
}

// Check returns everything that is wrong with c, in the order of its settings.
func (c *Config) Check() error { return c.check(nil).orNil() }

// check runs the checks and says where each setting was given.
func (c *Config) check(given places) Faults {
	var all Faults
	for _, rule := range checks {
		if reason := rule.judge(c); reason != "" {
			all = append(all, given.fault(rule.path, reason))
		}
	}
	return all
}

// Loopback reports whether the server listens to its own machine only.
func (c *Config) Loopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}

func unlessSet(value, wanted string) string {
	if value == "" {
		return "is empty; " + wanted + " is expected"
	}
	return ""
}

func unlessOneOf(value string, allowed ...string) string {
	if slices.Contains(allowed, value) {
		return ""
	}
	return "is " + quote(value) + "; one of " + strings.Join(allowed, ", ") + " is expected"
}
