package result

// Fixer is somebody who can turn the refusal into a pass.
type Fixer uint8

const (
	FixerUser            Fixer = iota // the person signing in
	FixerTenantAdmin                  // an administrator of the tenant whose setting refused
	FixerHomeTenantAdmin              // an administrator of the tenant the account comes from
	FixerDeveloper                    // whoever builds or operates the client or the resource
	FixerOperator                     // whoever runs the identity platform
)

var fixerNames = [...]string{"user", "tenantAdmin", "homeTenantAdmin", "developer", "operator"}

// String returns the name used in data and JSON.
func (v Fixer) String() string { return nameOf(fixerNames[:], uint8(v)) }

// MarshalText writes the name.
func (v Fixer) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a name, in any case; the error lists the names that exist.
func (v *Fixer) UnmarshalText(text []byte) error {
	return valueOf(fixerNames[:], "fixer", text, (*uint8)(v))
}
