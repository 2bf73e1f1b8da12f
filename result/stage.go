package result

// Stage is the step of the sign-in pipeline at which a code arises (sign-in.md §1.1, SI-101 and SI-102). The first failing stage decides
// the code; the constants are in the order of evaluation.
type Stage uint8

const (
	StageRequest              Stage = iota // reading the request (P1)
	StageTenant                            // finding the tenant (P2)
	StageClient                            // the client application (P3)
	StageReplyAddress                      // reply address and response type (P4)
	StageResource                          // resource and scope (P5)
	StageTenantRestrictions                // tenant restriction headers (P6)
	StageSession                           // an existing session (P7)
	StageUser                              // finding the user, home realm (P8)
	StageLockout                           // lockout and hostile addresses (P9)
	StageFirstFactor                       // the first factor (P10)
	StageCrossTenant                       // cross-tenant access and guest state (P11)
	StageDevice                            // device proof (P12)
	StageConditionalAccess                 // access policies (P13)
	StageSecondFactor                      // the second factor (P14)
	StageAssignment                        // assignment to the app (P15)
	StageConsent                           // consent (P16)
	StagePrompt                            // last interruptions (P17)
	StageIssue                             // issuing (P18)
	StageClientAuthentication              // authentication of the client at the token endpoint (T1)
	StageGrant                             // the grant presented at the token endpoint (T2)
	StageAbuseGuard                        // the guard against loops (T3)
	StageSignOut                           // the sign-out endpoint
	StageService                           // a service we depend on
)

var stageNames = [...]string{"request", "tenant", "client", "replyAddress", "resource", "tenantRestrictions", "session", "user", "lockout", "firstFactor", "crossTenant", "device", "conditionalAccess", "secondFactor", "assignment", "consent", "prompt", "issue", "clientAuthentication", "grant", "abuseGuard", "signOut", "service"}

// String returns the name used in data and JSON.
func (v Stage) String() string { return nameOf(stageNames[:], uint8(v)) }

// MarshalText writes the name.
func (v Stage) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a name, in any case; the error lists the names that exist.
func (v *Stage) UnmarshalText(text []byte) error {
	return valueOf(stageNames[:], "stage", text, (*uint8)(v))
}
