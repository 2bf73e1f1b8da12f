package accesstest

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// kind is what a name stands for; alice the user and alice the group are two.
type kind string

const (
	aUser      kind = "user"
	aGroup     kind = "group"
	aRole      kind = "role"
	aTenant    kind = "tenant"
	aWorkload  kind = "workload"
	anApp      kind = "app"
	aPolicy    kind = "policy"
	aLocation  kind = "location"
	aStrength  kind = "strength"
	anAAGUID   kind = "authenticator"
	aTermsFile kind = "termsOfUse"
)

// wellKnown are names that mean the same in every tenant.
var wellKnown = map[kind]map[string]string{
	anApp: {
		"Exchange":           "00000002-0000-0ff1-ce00-000000000000",
		"SharePoint":         "00000003-0000-0ff1-ce00-000000000000",
		"Teams":              "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
		"Office365":          "67ad5377-2d78-4ac2-a867-6300cda00e85", // the suite as one app (CA-34)
		"AzurePortal":        "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
		"AzureManagement":    "797f4846-ba00-4fd7-ba43-dac1f8f63013",
		"Graph":              "00000003-0000-0000-c000-000000000000",
		"Directory":          string(access.AppDirectory),
		"DeviceRegistration": string(access.AppDeviceRegistration),
	},
	aRole: {
		"GlobalAdministrator":            "62e90394-69f5-4237-9190-012177145e10",
		"ApplicationAdministrator":       "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
		"AuthenticationAdministrator":    "c4e39bd9-1100-46d3-8c65-fb160da0071f",
		"BillingAdministrator":           "b0f54661-2d74-4c50-afa3-1ec803f12efe",
		"CloudApplicationAdministrator":  "158c047a-c907-4556-b7ef-446551a6b5f7",
		"ConditionalAccessAdministrator": "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
		"ExchangeAdministrator":          "29232cdf-9323-42fd-ade2-1d097af3e4de",
		"HelpdeskAdministrator":          "729827e3-9c14-49f7-bb1b-9608f156bbb8",
		"PasswordAdministrator":          "966707d0-3269-4727-9be2-8c3a10f19b9d",
		"PrivilegedRoleAdministrator":    "e8611ab8-c189-46e8-94e1-60213ab1f814",
		"SecurityAdministrator":          "194ae4cb-b126-40b2-bd5b-6091b380977d",
		"SharePointAdministrator":        "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
		"UserAdministrator":              "fe930be7-5e62-47db-91af-98c3a49a38b1",
	},
	aLocation: {
		"MFATrustedIPs":    string(access.LocationMFATrustedIPs),
		"CompliantNetwork": string(access.LocationCompliantNetwork),
	},
	aStrength: {
		"MFA":               string(access.StrengthMFA),
		"Passwordless":      string(access.StrengthPasswordless),
		"PhishingResistant": string(access.StrengthPhishingResistant),
	},
}

// wellKnownIDs are the ids of wellKnown by names in lower case.
var wellKnownIDs = func() map[kind]map[string]string {
	ids := map[kind]map[string]string{}
	for k, list := range wellKnown {
		ids[k] = map[string]string{}
		for name, id := range list {
			ids[k][strings.ToLower(name)] = id
		}
	}
	return ids
}()

// names gives each name an id and remembers how ids were written, for messages.
type names struct {
	bound   map[kind]map[string]string // by directive, or read from a tenant
	written map[string]string
}

func newNames() *names {
	return &names{bound: map[kind]map[string]string{}, written: map[string]string{}}
}

// bind makes a name stand for an id.
func (n *names) bind(k kind, name, id string) {
	if n.bound[k] == nil {
		n.bound[k] = map[string]string{}
	}
	n.bound[k][strings.ToLower(name)] = id
	n.written[strings.ToLower(id)] = name
}

// known returns the id of a name that was bound or is well known; a GUID is its
// own.
func (n *names) known(k kind, name string) (string, bool) {
	low := strings.ToLower(name)
	if isGUID(low) {
		return low, true
	}
	if id, ok := n.bound[k][low]; ok {
		return id, true
	}
	id, ok := wellKnownIDs[k][low]
	if ok && n.written[id] == "" {
		n.written[id] = name
	}
	return id, ok
}

// id returns the id of a name: the same in every file and every run.
func (n *names) id(k kind, name string) string {
	if id, ok := n.known(k, name); ok {
		return id
	}
	id := stable(k, name)
	n.written[id] = name
	return id
}

// choices are the names of a kind that are known without being made up.
func (n *names) choices(k kind) []string {
	var out []string
	for low, id := range n.bound[k] {
		if w := n.written[strings.ToLower(id)]; strings.EqualFold(w, low) {
			low = w
		}
		out = append(out, low)
	}
	return append(out, keys(wellKnown[k])...)
}

// show returns the name of an id, or the id where none was written.
func (n *names) show(id string) string {
	if name, ok := n.written[strings.ToLower(id)]; ok {
		return name
	}
	return id
}

// stable derives a GUID (RFC 9562 version 8) from a name without regard to case.
func stable(k kind, name string) string {
	h := sha256.Sum256([]byte(string(k) + ":" + strings.ToLower(name)))
	h[6] = h[6]&0x0f | 0x80
	h[8] = h[8]&0x3f | 0x80
	x := hex.EncodeToString(h[:16])
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch dash := i == 8 || i == 13 || i == 18 || i == 23; {
		case dash != (s[i] == '-'):
			return false
		case !dash && !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])):
			return false
		}
	}
	return true
}
