package signin

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// platformOf reads the platform from the client's unverified hints (CA-56):
// the client hint, else the user agent. Without either it is not known; with
// one that nobody recognises it is PlatformOther (CA-57).
func platformOf(caller *Caller) access.Fact[access.Platforms] {
	if hint := caller.Hints.Platform; hint != "" {
		return access.Known(platformByHint(hint))
	}
	if caller.UserAgent == "" {
		return access.Fact[access.Platforms]{}
	}
	return access.Known(platformByAgent(caller.UserAgent))
}

func platformByHint(hint string) access.Platforms {
	switch strings.ToLower(hint) {
	case "android":
		return access.Android
	case "ios":
		return access.IOS
	case "windows":
		return access.Windows
	case "macos", "mac os x":
		return access.MacOS
	case "linux":
		return access.Linux
	}
	return access.PlatformOther
}

// agentPlatforms are what user agents contain, in the order in which they must
// be looked for: Windows Phone claims to be Android and iOS as well, iOS to be
// like Mac OS X, Android to be Linux.
var agentPlatforms = []struct {
	word     string
	platform access.Platforms
}{
	{"windows phone", access.WindowsPhone},
	{"iphone", access.IOS}, {"ipad", access.IOS}, {"ipod", access.IOS},
	{"android", access.Android},
	{"cros ", access.PlatformOther},
	{"windows", access.Windows},
	{"mac os x", access.MacOS}, {"macintosh", access.MacOS}, {"darwin", access.MacOS},
	{"linux", access.Linux}, {"x11", access.Linux},
}

func platformByAgent(agent string) access.Platforms {
	agent = strings.ToLower(agent)
	for _, p := range agentPlatforms {
		if strings.Contains(agent, p.word) {
			return p.platform
		}
	}
	return access.PlatformOther
}

// browserOf names the browser for the log; empty: none is recognised.
func browserOf(agent string) string {
	for _, b := range []struct{ word, name string }{
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Version/", "Safari"},
	} {
		if at := strings.Index(agent, b.word); at >= 0 {
			version := agent[at+len(b.word):]
			if end := strings.IndexAny(version, " ;)"); end >= 0 {
				version = version[:end]
			}
			return b.name + " " + version
		}
	}
	return ""
}

// systemOf names the operating system for the log.
func systemOf(caller *Caller) string {
	platform, known := platformOf(caller).Get()
	if !known {
		return ""
	}
	return map[access.Platforms]string{
		access.Android: "Android", access.IOS: "Ios", access.Windows: "Windows", access.WindowsPhone: "Windows Phone", access.MacOS: "MacOs", access.Linux: "Linux",
	}[platform]
}

// clientKind is what kind of client asks (CA-50): web and single-page apps live
// in a browser, all others on the device. Clients of the legacy protocols do
// not come here: none of those is spoken.
func (r *run) clientKind() access.ClientAppTypes {
	switch {
	case r.redirect == directory.RedirectPublic,
		r.redirect == "" && r.a.Request.Flow == access.DeviceCodeFlow,
		r.subject != nil && r.subject.Artefact == FromPassword:
		return access.MobileAndDesktop
	}
	return access.Browser
}
