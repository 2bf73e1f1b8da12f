package signinlog

// signInNames are the members of Graph's signIn, of the properties of a
// diagnostic-settings row, and the columns of Log Analytics, in lower case.
var signInNames = vocabulary{
	"id":                                   fieldID,
	"createddatetime":                      fieldTime,
	"loggeddatetime":                       fieldLoggedTime,
	"timegenerated":                        fieldLoggedTime,
	"time":                                 fieldLoggedTime,
	"correlationid":                        fieldCorrelationID,
	"originalrequestid":                    fieldOriginalRequestID,
	"signineventtypes":                     fieldEventTypes,
	"isinteractive":                        fieldInteractive,
	"tenantid":                             fieldTenantID,
	"aadtenantid":                          fieldWorkspaceTenant,
	"userid":                               fieldUserID,
	"userprincipalname":                    fieldUserPrincipalName,
	"userdisplayname":                      fieldUserDisplayName,
	"identity":                             fieldIdentity,
	"usertype":                             fieldUserType,
	"alternatesigninname":                  fieldAlternateSignInName,
	"signinidentifier":                     fieldSignInIdentifier,
	"signinidentifiertype":                 fieldSignInIdentifierType,
	"hometenantid":                         fieldHomeTenantID,
	"hometenantname":                       fieldHomeTenantName,
	"crosstenantaccesstype":                fieldCrossTenantAccessType,
	"serviceprincipalid":                   fieldServicePrincipalID,
	"serviceprincipalname":                 fieldServicePrincipalName,
	"serviceprincipalcredentialkeyid":      fieldCredentialKeyID,
	"serviceprincipalcredentialthumbprint": fieldCredentialThumbprint,
	"federatedcredentialid":                fieldFederatedCredentialID,
	"managedserviceidentity":               fieldManagedIdentity,
	"managedidentitytype":                  fieldManagedIdentityType,
	"associatedresourceid":                 fieldAssociatedResourceID,
	"federatedtokenid":                     fieldFederatedTokenID,
	"federatedtokenissuer":                 fieldFederatedTokenIssuer,
	"agent":                                fieldAgent,
	"appid":                                fieldAppID,
	"appdisplayname":                       fieldAppDisplayName,
	"appownertenantid":                     fieldAppOwnerTenantID,
	"resourceid":                           fieldResourceID,
	"resourceidentity":                     fieldResourceIdentity,
	"resourcedisplayname":                  fieldResourceDisplayName,
	"resourcetenantid":                     fieldResourceTenantID,
	"resourceownertenantid":                fieldResourceOwnerTenantID,
	"resourceserviceprincipalid":           fieldResourceServicePrincipalID,
	"azureresourceid":                      fieldAzureResourceID,
	"conditionalaccessaudiences":           fieldAudiences,
	"authenticationcontextclassreferences": fieldContexts,
	"status":                               fieldStatus,
	"resulttype":                           fieldResultType,
	"resultdescription":                    fieldResultDescription,
	"conditionalaccessstatus":              fieldConditionalAccessStatus,
	"appliedconditionalaccesspolicies":     fieldPolicies,
	"conditionalaccesspolicies":            fieldPolicies,
	"conditionalaccesspoliciesv2":          fieldPolicies,
	"supersedederrorcodes":                 fieldSuperseded,
	"ipaddress":                            fieldIPAddress,
	"calleripaddress":                      fieldCallerIPAddress,
	"ipaddressfromresourceprovider":        fieldIPAddressFromResourceProvider,
	"globalsecureaccessipaddress":          fieldGlobalSecureAccessIPAddress,
	"isthroughglobalsecureaccess":          fieldThroughGlobalSecureAccess,
	"autonomoussystemnumber":               fieldAutonomousSystem,
	"location":                             fieldLocation,
	"locationdetails":                      fieldLocation,
	"networklocationdetails":               fieldNetworks,
	"devicedetail":                         fieldDevice,
	"useragent":                            fieldUserAgent,
	"clientappused":                        fieldClientApp,
	"authenticationprotocol":               fieldProtocol,
	"originaltransfermethod":               fieldTransferMethod,
	"incomingtokentype":                    fieldIncomingTokenType,
	"clientcredentialtype":                 fieldClientCredentialType,
	"signintokenprotectionstatus":          fieldTokenProtection,
	"tokenprotectionstatusdetails":         fieldTokenProtectionDetails,
	"tokenissuertype":                      fieldTokenIssuerType,
	"tokenissuername":                      fieldTokenIssuerName,
	"uniquetokenidentifier":                fieldUniqueTokenID,
	"sessionid":                            fieldSessionID,
	"authenticationrequirement":            fieldRequirement,
	"authenticationrequirementpolicies":    fieldRequirementPolicies,
	"authenticationdetails":                fieldSteps,
	"authenticationmethodsused":            fieldMethodsUsed,
	"authenticationprocessingdetails":      fieldProcessingDetails,
	"sessionlifetimepolicies":              fieldLifetimePolicies,
	"mfadetail":                            fieldMFADetail,
	"authenticationappdevicedetails":       fieldAppDevice,
	"requesttype":                          fieldRequestType,
	"logonerror":                           fieldLogonError,
	"risklevelduringsignin":                fieldRiskDuringSignIn,
	"risklevelaggregated":                  fieldRiskAggregated,
	"riskstate":                            fieldRiskState,
	"riskdetail":                           fieldRiskDetail,
	"riskeventtypes":                       fieldRiskEvents,
	"riskeventtypes_v2":                    fieldRiskEventsV2,
	"istenantrestricted":                   fieldTenantRestricted,
	"flaggedforreview":                     fieldFlagged,
	"processingtimeinmilliseconds":         fieldProcessingTime,
	"processingtimeinms":                   fieldProcessingTime,
	"inputs":                               fieldInputs,
	"policysethash":                        fieldPolicySetHash,
	"engineversion":                        fieldEngineVersion,
	"category":                             fieldCategory,
	"type":                                 fieldTable,
	"operationname":                        fieldOperationName,
	// No sign-in has these; rows of other kinds do.
	"properties":       fieldForeign,
	"workload":         fieldForeign,
	"recordtype":       fieldForeign,
	"@timestamp":       fieldForeign,
	"conditions":       fieldForeign,
	"activitydatetime": fieldForeign,
	"targetresources":  fieldForeign,
	"riskeventtype":    fieldForeign,
}

var (
	statusNames = vocabulary{"errorcode": fieldErrorCode, "failurereason": fieldFailureReason, "additionaldetails": fieldAdditionalDetails}

	policyNames = vocabulary{
		"id": fieldPolicyID, "displayname": fieldPolicyName, "result": fieldPolicyResult,
		"conditionssatisfied": fieldPolicySatisfied, "conditionsnotsatisfied": fieldPolicyNotSatisfied,
		"enforcedgrantcontrols": fieldPolicyGrantControls, "enforcedsessioncontrols": fieldPolicySessionControls,
		"sessioncontrolsnotsatisfied": fieldPolicySessionControlsNotSatisfied, "authenticationstrength": fieldPolicyStrength,
		"includerulessatisfied": fieldPolicyIncludeRules, "excluderulessatisfied": fieldPolicyExcludeRules,
	}
	strengthNames = vocabulary{"authenticationstrengthid": fieldStrengthID, "displayname": fieldStrengthName, "authenticationstrengthresult": fieldStrengthResult}
	ruleNames     = vocabulary{"conditionalaccesscondition": fieldRuleCondition, "rulesatisfied": fieldRuleSatisfied}

	deviceNames = vocabulary{
		"deviceid": fieldDeviceID, "displayname": fieldDeviceName, "operatingsystem": fieldOperatingSystem, "browser": fieldBrowser,
		"browserid": fieldBrowserID, "iscompliant": fieldCompliant, "ismanaged": fieldManaged, "trusttype": fieldTrustType,
	}
	locationNames   = vocabulary{"city": fieldCity, "state": fieldState, "countryorregion": fieldCountry, "geocoordinates": fieldCoordinates}
	coordinateNames = vocabulary{"latitude": fieldLatitude, "longitude": fieldLongitude}
	networkNames    = vocabulary{"networktype": fieldNetworkType, "networknames": fieldNetworkNames}

	stepNames = vocabulary{
		"authenticationstepdatetime": fieldStepTime, "authenticationmethod": fieldStepMethod, "authenticationmethoddetail": fieldStepMethodDetail,
		"succeeded": fieldStepSucceeded, "authenticationstepresultdetail": fieldStepResult, "authenticationsteprequirement": fieldStepRequirement,
	}
	requirementNames     = vocabulary{"requirementprovider": fieldRequirementProvider, "detail": fieldRequirementDetail}
	lifetimeNames        = vocabulary{"expirationrequirement": fieldLifetimeRequirement, "detail": fieldLifetimeDetail}
	contextNames         = vocabulary{"id": fieldContextID, "detail": fieldContextDetail}
	audienceNames        = vocabulary{"applicationid": fieldAudienceAppID, "audiencereasons": fieldAudienceReasons}
	pairNames            = vocabulary{"key": fieldKey, "value": fieldValue, "name": fieldKey}
	mfaNames             = vocabulary{"authmethod": fieldMFAMethod, "authdetail": fieldMFAMethodDetail}
	appDeviceNames       = vocabulary{"deviceid": fieldAppDeviceID, "appversion": fieldAppDeviceVersion, "clientapp": fieldAppDeviceClient, "operatingsystem": fieldAppDeviceSystem}
	protectionNames      = vocabulary{"signinsessionstatus": fieldTokenProtectionStatus, "signinsessionstatuscode": fieldTokenProtectionCode}
	managedIdentityNames = vocabulary{"msitype": fieldManagedIdentityType, "associatedresourceid": fieldAssociatedResourceID, "federatedtokenid": fieldFederatedTokenID, "federatedtokenissuer": fieldFederatedTokenIssuer}
	agentNames           = vocabulary{"agentsignin": fieldAgentSignIn, "agenttype": fieldAgentType, "parentappid": fieldAgentParentAppID}

	envelopeNames = vocabulary{
		"time": fieldLoggedTime, "resourceid": fieldProviderPath, "operationname": fieldOperationName, "category": fieldCategory,
		"tenantid": fieldTenantID, "resulttype": fieldResultType, "resultdescription": fieldResultDescription,
		"calleripaddress": fieldCallerIPAddress, "correlationid": fieldCorrelationID, "identity": fieldIdentity,
		"location": fieldCountry, "properties": fieldProperties,
	}

	auditNames = vocabulary{
		"creationtime": fieldTime, "id": fieldID, "operation": fieldOperation, "organizationid": fieldTenantID,
		"recordtype": fieldRecordType, "workload": fieldWorkload, "userkey": fieldUserKey, "userid": fieldUserPrincipalName,
		"clientip": fieldCallerIPAddress, "actoripaddress": fieldIPAddress, "objectid": fieldObjectID, "applicationid": fieldAppID,
		"intersystemsid": fieldCorrelationID, "intrasystemid": fieldOriginalRequestID, "actorcontextid": fieldActorContextID,
		"targetcontextid": fieldTargetContextID, "errornumber": fieldErrorNumber, "logonerror": fieldLogonError,
		"extendedproperties": fieldExtendedProperties, "deviceproperties": fieldDeviceProperties,
	}

	elasticNames      = vocabulary{"event": fieldElasticEvent, "@timestamp": fieldElasticTime}
	elasticEventNames = vocabulary{"original": fieldOriginal}
)
