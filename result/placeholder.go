package result

import "strings"

// Placeholder names a value of an attempt that a text may mention.
type Placeholder string

// The placeholders that occur in texts. Address ranges, country lists and policy names are not among them on purpose: a text tells the
// person what was seen of them, not what the rule holds.
const (
	PlaceholderApp         Placeholder = "app"
	PlaceholderResource    Placeholder = "resource"
	PlaceholderUser        Placeholder = "user"
	PlaceholderTenant      Placeholder = "tenant"
	PlaceholderHomeTenant  Placeholder = "homeTenant"
	PlaceholderIPAddress   Placeholder = "ipAddress"
	PlaceholderCountry     Placeholder = "country"
	PlaceholderDeviceState Placeholder = "deviceState"
	PlaceholderPlatform    Placeholder = "platform"
	PlaceholderClientApp   Placeholder = "clientApp"
	PlaceholderRedirectURI Placeholder = "redirectUri"
	PlaceholderPermission  Placeholder = "permission"
)

// Placeholders returns every [Placeholder].
func Placeholders() []Placeholder {
	return []Placeholder{
		PlaceholderApp, PlaceholderResource, PlaceholderUser, PlaceholderTenant, PlaceholderHomeTenant, PlaceholderIPAddress,
		PlaceholderCountry, PlaceholderDeviceState, PlaceholderPlatform, PlaceholderClientApp, PlaceholderRedirectURI, PlaceholderPermission,
	}
}

// Values are the values seen in an attempt. An absent or empty value is unknown.
type Values map[Placeholder]string

// fill resolves the optional parts of a template: "[[ from {ipAddress}]]" becomes " from 203.0.113.7", or nothing if the address is
// unknown.
func fill(template string, values Values) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(template, "[[")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		part, after, _ := strings.Cut(rest, "]]")
		out.WriteString(fillPart(part, values))
		template = after
	}
}

func fillPart(part string, values Values) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(part, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		value := values[Placeholder(name)]
		if value == "" {
			return ""
		}
		out.WriteString(value)
		part = after
	}
}
