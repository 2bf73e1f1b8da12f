package signinlog

// plainField is a field of a record that holds one text or one truth, and so needs no
// code of its own to be read.
type plainField struct {
	text  func(*Record) *string
	words spelling // what the log's words are in Graph's spelling; nil: as they stand
	truth func(*Record) *Maybe[bool]
}

// plainFields are the plain fields; the others are empty.
var plainFields = [slots]plainField{
	fieldAppID:                         {text: func(r *Record) *string { return &r.AppID }},
	fieldIPAddress:                     {text: func(r *Record) *string { return &r.IPAddress }},
	fieldClientApp:                     {text: func(r *Record) *string { return &r.ClientAppUsed }},
	fieldConditionalAccessStatus:       {text: func(r *Record) *string { return &r.ConditionalAccessStatus }, words: statusWords},
	fieldInteractive:                   {truth: func(r *Record) *Maybe[bool] { return &r.IsInteractive }},
	fieldWorkspaceTenant:               {text: func(r *Record) *string { return &r.TenantID }},
	fieldUserDisplayName:               {text: func(r *Record) *string { return &r.UserDisplayName }},
	fieldAlternateSignInName:           {text: func(r *Record) *string { return &r.AlternateSignInName }},
	fieldSignInIdentifier:              {text: func(r *Record) *string { return &r.SignInIdentifier }},
	fieldSignInIdentifierType:          {text: func(r *Record) *string { return &r.SignInIdentifierType }},
	fieldHomeTenantID:                  {text: func(r *Record) *string { return &r.HomeTenantID }},
	fieldHomeTenantName:                {text: func(r *Record) *string { return &r.HomeTenantName }},
	fieldServicePrincipalName:          {text: func(r *Record) *string { return &r.ServicePrincipalName }},
	fieldCredentialKeyID:               {text: func(r *Record) *string { return &r.ServicePrincipalCredentialKeyID }},
	fieldCredentialThumbprint:          {text: func(r *Record) *string { return &r.ServicePrincipalCredentialThumbprint }},
	fieldFederatedCredentialID:         {text: func(r *Record) *string { return &r.FederatedCredentialID }},
	fieldManagedIdentityType:           {text: func(r *Record) *string { return &r.ManagedIdentity.Type }},
	fieldAssociatedResourceID:          {text: func(r *Record) *string { return &r.ManagedIdentity.AssociatedResourceID }},
	fieldFederatedTokenID:              {text: func(r *Record) *string { return &r.ManagedIdentity.FederatedTokenID }},
	fieldFederatedTokenIssuer:          {text: func(r *Record) *string { return &r.ManagedIdentity.FederatedTokenIssuer }},
	fieldAppDisplayName:                {text: func(r *Record) *string { return &r.AppDisplayName }},
	fieldAppOwnerTenantID:              {text: func(r *Record) *string { return &r.AppOwnerTenantID }},
	fieldResourceIdentity:              {text: func(r *Record) *string { return &r.ResourceID }},
	fieldResourceDisplayName:           {text: func(r *Record) *string { return &r.ResourceDisplayName }},
	fieldResourceTenantID:              {text: func(r *Record) *string { return &r.ResourceTenantID }},
	fieldResourceOwnerTenantID:         {text: func(r *Record) *string { return &r.ResourceOwnerTenantID }},
	fieldResourceServicePrincipalID:    {text: func(r *Record) *string { return &r.ResourceServicePrincipalID }},
	fieldAzureResourceID:               {text: func(r *Record) *string { return &r.AzureResourceID }},
	fieldFailureReason:                 {text: func(r *Record) *string { return &r.Status.FailureReason }},
	fieldAdditionalDetails:             {text: func(r *Record) *string { return &r.Status.AdditionalDetails }},
	fieldIPAddressFromResourceProvider: {text: func(r *Record) *string { return &r.IPAddressFromResourceProvider }},
	fieldGlobalSecureAccessIPAddress:   {text: func(r *Record) *string { return &r.GlobalSecureAccessIPAddress }},
	fieldDeviceID:                      {text: func(r *Record) *string { return &r.Device.ID }},
	fieldDeviceName:                    {text: func(r *Record) *string { return &r.Device.DisplayName }},
	fieldOperatingSystem:               {text: func(r *Record) *string { return &r.Device.OperatingSystem }},
	fieldBrowser:                       {text: func(r *Record) *string { return &r.Device.Browser }},
	fieldTrustType:                     {text: func(r *Record) *string { return &r.Device.TrustType }},
	fieldUserAgent:                     {text: func(r *Record) *string { return &r.UserAgent }},
	fieldTokenProtection:               {text: func(r *Record) *string { return &r.SignInTokenProtectionStatus }},
	fieldTokenIssuerType:               {text: func(r *Record) *string { return &r.TokenIssuerType }},
	fieldTokenIssuerName:               {text: func(r *Record) *string { return &r.TokenIssuerName }},
	fieldMFAMethod:                     {text: func(r *Record) *string { return &r.MFADetail.Method }},
	fieldMFAMethodDetail:               {text: func(r *Record) *string { return &r.MFADetail.Detail }},
	fieldRequestType:                   {text: func(r *Record) *string { return &r.RequestType }},
	fieldLogonError:                    {text: func(r *Record) *string { return &r.LogonError }},
	fieldRiskState:                     {text: func(r *Record) *string { return &r.RiskState }},
	fieldRiskDetail:                    {text: func(r *Record) *string { return &r.RiskDetail }},
	fieldPolicySetHash:                 {text: func(r *Record) *string { return &r.PolicySetHash }},
	fieldEngineVersion:                 {text: func(r *Record) *string { return &r.EngineVersion }},
	fieldUserType:                      {text: func(r *Record) *string { return &r.UserType }, words: userTypeWords},
	fieldCrossTenantAccessType:         {text: func(r *Record) *string { return &r.CrossTenantAccessType }, words: crossTenantWords},
	fieldProtocol:                      {text: func(r *Record) *string { return &r.AuthenticationProtocol }, words: protocolWords},
	fieldTransferMethod:                {text: func(r *Record) *string { return &r.OriginalTransferMethod }, words: transferWords},
	fieldClientCredentialType:          {text: func(r *Record) *string { return &r.ClientCredentialType }, words: credentialWords},
	fieldRequirement:                   {text: func(r *Record) *string { return &r.AuthenticationRequirement }, words: requirementWords},
	fieldRiskDuringSignIn:              {text: func(r *Record) *string { return &r.RiskLevelDuringSignIn }, words: riskWords},
	fieldRiskAggregated:                {text: func(r *Record) *string { return &r.RiskLevelAggregated }, words: riskWords},
	fieldThroughGlobalSecureAccess:     {truth: func(r *Record) *Maybe[bool] { return &r.IsThroughGlobalSecureAccess }},
	fieldCompliant:                     {truth: func(r *Record) *Maybe[bool] { return &r.Device.IsCompliant }},
	fieldManaged:                       {truth: func(r *Record) *Maybe[bool] { return &r.Device.IsManaged }},
	fieldTenantRestricted:              {truth: func(r *Record) *Maybe[bool] { return &r.IsTenantRestricted }},
	fieldFlagged:                       {truth: func(r *Record) *Maybe[bool] { return &r.FlaggedForReview }},
}

// evidence are the fields that only sign-ins have.
var evidence = [slots]bool{
	fieldCorrelationID: true, fieldInteractive: true, fieldAppID: true, fieldStatus: true, fieldResultType: true,
	fieldConditionalAccessStatus: true, fieldPolicies: true, fieldIPAddress: true, fieldClientApp: true,
}
