package triage

import (
	"sync"

	"github.com/sallyport-id/sallyport/result"
)

// trait is something that detections look at in an event. Some follow from the
// result code, the others from the rest of the record.
type trait uint32

const (
	succeeded     trait = 1 << iota // code 0
	wrongSecret                     // the password was wrong, or could not be checked
	locked                          // locked, or refused as if it were
	badAddress                      // refused because the service knows the address as bad
	secretProven                    // the password was right, whatever came after
	accessRefused                   // Conditional Access said no
	notAssigned                     // the app is not for this person
	noSuchUser                      // no such name, or none that this tenant knows
	tenantRefused                   // no such tenant, or not from or to that one
	consentAsked                    // the app needs a consent that is missing, or was declined
	consentRisky                    // the service stopped the consent because of the app
	mfaFailed                       // a second factor was asked for and not given
	mfaDeclined                     // the person said no to the prompt
	mfaFraud                        // the person reported the prompt
	mfaWrongCode                    // a code was typed, and wrong
	mfaFresh                        // a second factor was completed, not taken from a token
	passUsed                        // a temporary access pass was accepted
	passRefused                     // a temporary access pass was tried in vain
	deviceCode                      // by the device code flow, or in a session that began so
	deviceCodeNow                   // this very request is of the device code flow
	passwordGrant                   // resource owner password credentials
	legacyClient                    // a protocol that knows no second factor
	interactive                     // a person was there
	guest                           // the account comes from another tenant
	person                          // not a service principal
	managed                         // on a device that the tenant manages
	placed                          // has coordinates
	tokenAlarm                      // the service's own detection of a stolen token
	riskSeen                        // the service rated the sign-in medium or high
)

func (t trait) has(any trait) bool { return t&any != 0 }

// codeTraits are the traits that follow from a code.
func codeTraits(c result.Code) trait { return traitTable()[c] }

var traitTable = sync.OnceValue(func() map[result.Code]trait {
	all := map[result.Code]trait{}
	for _, e := range result.All() {
		var t trait
		switch {
		case e.Code == result.Success:
			t = succeeded
		case e.FirstFactor == result.ProofPassed:
			t = secretProven
		}
		if e.Stage == result.StageConditionalAccess && e.Kind == result.KindRefusal {
			t |= accessRefused
		}
		all[e.Code] = t
	}
	for t, codes := range map[trait][]result.Code{
		// What sprays and guessing leave (triage reference, section 1). An
		// unknown name is no wrong secret: it is a trace of enumeration.
		wrongSecret: {result.InvalidUserNameOrPassword, result.PasswordMissing, result.CredentialAuthenticationError,
			result.PasswordAgentTimeout, result.PasswordAgentError, result.DesktopSsoKerberosFailed, result.DesktopSsoAuthTokenInvalid},
		locked:      {result.IdsLocked},
		notAssigned: {result.EntitlementGrantsNotFound},
		noSuchUser:  {result.UserAccountNotFound, result.UserAccountNotInDirectory, result.UserUnauthorized, result.PassThroughUserMfaError},
		tenantRefused: {result.InvalidTenantName, result.MissingTenantRealmAndNoUserInformationProvided, result.DomainNamesNoTenant, result.UserUnauthorized,
			result.PassThroughUserMfaError, result.NotAllowedByOutboundPolicyTenant, result.NotAllowedByInboundPolicyTenant, result.TenantRestricted,
			result.TenantRestrictedAccount, result.NotAllowedByTenantRestrictionsPolicy, result.DomainNotAllowedForAccountType},
		consentAsked: {result.DelegationDoesNotExist, result.UserDeclinedConsent, result.AdminConsentRequired, result.AdminConsentRequiredRequestAccess,
			result.AdminConsentRequestSent, result.AdminConsentRequiredDueToRiskyApp},
		consentRisky: {result.AdminConsentRequiredDueToRiskyApp},
		mfaFailed:    {result.SecondFactorFailed},
		passRefused:  {result.AccessPassNotAllowed, result.AccessPassWrong, result.AccessPassExpired, result.AccessPassAlreadyUsed, result.AccessPassNotFound},
	} {
		for _, c := range codes {
			all[c] |= t
		}
	}
	// The session, not the password, brought these about.
	all[result.SecondFactorFailed] |= secretProven
	return all
})

func resultCode(code int32) result.Code { return result.Code(code) }
