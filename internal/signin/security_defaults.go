package signin

import (
	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// azureManagement is the app of the management interface, at which everybody
// proves more than one factor (SD-4).
const azureManagement access.AppID = "797f4846-ba00-4fd7-ba43-dac1f8f63013"

// directorySync is the role of the synchronisation account, which is exempt
// (SD-6).
const directorySync access.RoleID = "d29b2b05-8046-44ba-8758-1e26182fcf32"

// securityDefaults are the rules of the simple protection (SD-1 to SD-6), as
// policies: legacy clients are blocked (told as 530035), admins and whoever
// manages resources always prove more than one factor, all others when the
// sign-in is risky. That everyone registers a second factor (SD-2) is asked
// beside them.
func securityDefaults() []access.Policy {
	everyone := access.Users{Include: access.Principals{All: true}, Exclude: access.Principals{Roles: []access.RoleID{directorySync}}}
	legacy := access.Policy{
		ID: "security-defaults-legacy", DisplayName: "Security defaults: legacy clients", State: access.StateEnabled,
		Conditions: access.Conditions{
			Users: everyone, Applications: access.Applications{Include: access.AppSelector{All: true}}, ClientApps: access.LegacyClients,
		},
		Grant: &access.GrantControls{Controls: access.Block},
	}
	admins := mfaPolicy("security-defaults-admins", access.Users{Exclude: everyone.Exclude})
	for _, role := range directory.BuiltInRoles() {
		if role.AlwaysMFA {
			admins.Conditions.Users.Include.Roles = append(admins.Conditions.Users.Include.Roles, role.ID)
		}
	}
	management := mfaPolicy("security-defaults-management", everyone)
	management.Conditions.Applications.Include = access.AppSelector{Apps: []access.AppID{azureManagement}}
	risky := mfaPolicy("security-defaults-risk", everyone)
	risky.Conditions.SignInRisk = access.RiskMedium | access.RiskHigh
	return []access.Policy{legacy, admins, management, risky}
}

// mfaPolicy demands multi-factor authentication of people for all apps.
func mfaPolicy(id access.PolicyID, users access.Users) access.Policy {
	return access.Policy{
		ID: id, DisplayName: string(id), State: access.StateEnabled,
		Conditions: access.Conditions{Users: users, Applications: access.Applications{Include: access.AppSelector{All: true}}},
		Grant:      &access.GrantControls{Controls: access.MFA},
	}
}
