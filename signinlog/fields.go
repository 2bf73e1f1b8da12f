package signinlog

// The fields that members and columns are for. Those of nested objects stand
// after the object's own.
const (
	fieldNone field = iota

	fieldID
	fieldTime
	fieldLoggedTime
	fieldCorrelationID
	fieldOriginalRequestID
	fieldEventTypes
	fieldInteractive
	fieldTenantID
	fieldWorkspaceTenant // Log Analytics' AADTenantId
	fieldUserID
	fieldUserPrincipalName
	fieldUserDisplayName
	fieldIdentity
	fieldUserType
	fieldAlternateSignInName
	fieldSignInIdentifier
	fieldSignInIdentifierType
	fieldHomeTenantID
	fieldHomeTenantName
	fieldCrossTenantAccessType
	fieldServicePrincipalID
	fieldServicePrincipalName
	fieldCredentialKeyID
	fieldCredentialThumbprint
	fieldFederatedCredentialID
	fieldManagedIdentity
	fieldManagedIdentityType
	fieldAssociatedResourceID
	fieldFederatedTokenID
	fieldFederatedTokenIssuer
	fieldAgent
	fieldAgentSignIn
	fieldAgentType
	fieldAgentParentAppID
	fieldAppID
	fieldAppDisplayName
	fieldAppOwnerTenantID
	fieldResourceID
	fieldResourceIdentity // Log Analytics' name of the resource's app id
	fieldResourceDisplayName
	fieldResourceTenantID
	fieldResourceOwnerTenantID
	fieldResourceServicePrincipalID
	fieldAzureResourceID
	fieldAudiences
	fieldAudienceAppID
	fieldAudienceReasons
	fieldContexts
	fieldContextID
	fieldContextDetail
	fieldStatus
	fieldErrorCode
	fieldFailureReason
	fieldAdditionalDetails
	fieldResultType
	fieldResultDescription
	fieldStatusWord // admin centre: Success, Failure, Interrupted
	fieldConditionalAccessStatus
	fieldPolicies
	fieldPolicyID
	fieldPolicyName
	fieldPolicyResult
	fieldPolicySatisfied
	fieldPolicyNotSatisfied
	fieldPolicyGrantControls
	fieldPolicySessionControls
	fieldPolicySessionControlsNotSatisfied
	fieldPolicyStrength
	fieldPolicyIncludeRules
	fieldPolicyExcludeRules
	fieldStrengthID
	fieldStrengthName
	fieldStrengthResult
	fieldRuleCondition
	fieldRuleSatisfied
	fieldSuperseded
	fieldIPAddress
	fieldCallerIPAddress
	fieldIPAddressFromResourceProvider
	fieldGlobalSecureAccessIPAddress
	fieldThroughGlobalSecureAccess
	fieldAutonomousSystem
	fieldLocation
	fieldLocationText // admin centre: "City, State, CC"
	fieldCity
	fieldState
	fieldCountry
	fieldCoordinates
	fieldLatitude
	fieldLongitude
	fieldNetworks
	fieldNetworkType
	fieldNetworkNames
	fieldDevice
	fieldDeviceID
	fieldDeviceName
	fieldOperatingSystem
	fieldBrowser
	fieldBrowserID
	fieldCompliant
	fieldManaged
	fieldTrustType
	fieldUserAgent
	fieldClientApp
	fieldProtocol
	fieldTransferMethod
	fieldIncomingTokenType
	fieldClientCredentialType
	fieldTokenProtection
	fieldTokenProtectionDetails
	fieldTokenProtectionStatus
	fieldTokenProtectionCode
	fieldTokenIssuerType
	fieldTokenIssuerName
	fieldUniqueTokenID
	fieldSessionID
	fieldRequirement
	fieldRequirementPolicies
	fieldRequirementProvider
	fieldRequirementDetail
	fieldSteps
	fieldStepTime
	fieldStepMethod
	fieldStepMethodDetail
	fieldStepSucceeded
	fieldStepResult
	fieldStepRequirement
	fieldMethodsUsed
	fieldProcessingDetails
	fieldKey
	fieldValue
	fieldLifetimePolicies
	fieldLifetimeRequirement
	fieldLifetimeDetail
	fieldMFADetail
	fieldMFAMethod
	fieldMFAMethodDetail
	fieldAppDevice
	fieldAppDeviceID
	fieldAppDeviceVersion
	fieldAppDeviceClient
	fieldAppDeviceSystem
	fieldRequestType
	fieldLogonError
	fieldRiskDuringSignIn
	fieldRiskAggregated
	fieldRiskState
	fieldRiskDetail
	fieldRiskEvents
	fieldRiskEventsV2
	fieldTenantRestricted
	fieldFlagged
	fieldProcessingTime
	fieldInputs
	fieldPolicySetHash
	fieldEngineVersion

	// What tells formats apart.
	fieldCategory
	fieldTable // Log Analytics' Type
	fieldOperationName
	fieldProperties
	fieldProviderPath // /tenants/…/providers/Microsoft.aadiam
	fieldOperation
	fieldWorkload
	fieldRecordType
	fieldAuditData
	fieldForeign // no sign-in has it
	fieldElasticTime
	fieldElasticEvent
	fieldOriginal
	fieldWrapped   // a row inside
	fieldContainer // rows inside
	fieldColumns   // of a table
	fieldRows      // of a table
	fieldODataType

	// The Unified Audit Log's own.
	fieldUserKey
	fieldExtendedProperties
	fieldDeviceProperties
	fieldObjectID
	fieldErrorNumber
	fieldActorContextID
	fieldTargetContextID

	slots // how many there are
)
