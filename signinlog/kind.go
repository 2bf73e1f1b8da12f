package signinlog

// Kind is what kind of sign-in a record tells of, Graph's signInEventTypes.
type Kind uint8

// The kinds. KindUnknown: the log does not say.
const (
	KindUnknown Kind = iota
	InteractiveUser
	NonInteractiveUser
	ServicePrincipal
	ManagedIdentitySignIn
)

// String returns Graph's word, or "unknown".
func (k Kind) String() string {
	return [...]string{"unknown", "interactiveUser", "nonInteractiveUser", "servicePrincipal", "managedIdentity"}[k]
}

// Kind returns the kind of sign-in: by SignInEventTypes, else by whether it was
// interactive.
func (r *Record) Kind() Kind {
	for _, word := range r.SignInEventTypes {
		switch word {
		case "interactiveUser":
			return InteractiveUser
		case "nonInteractiveUser":
			return NonInteractiveUser
		case "servicePrincipal":
			return ServicePrincipal
		case "managedIdentity":
			return ManagedIdentitySignIn
		}
	}
	switch {
	case r.UserID == "" && r.UserPrincipalName == "" && r.ServicePrincipalID != "":
		return ServicePrincipal
	case !r.IsInteractive.Known:
		return KindUnknown
	case r.IsInteractive.Value:
		return InteractiveUser
	}
	return NonInteractiveUser
}

// Format is one of the formats that the package reads.
type Format uint8

// The formats.
const (
	FormatUnknown      Format = iota
	FormatGraph               // Graph signIn JSON, and our own JSON lines
	FormatEnvelope            // rows of diagnostic settings
	FormatLogAnalytics        // JSON rows of a Log Analytics query
	FormatLogAnalyticsCSV
	FormatAdminCSV            // admin centre, interactive and non-interactive
	FormatServicePrincipalCSV // admin centre, service principals and managed identities
	FormatAuditLog            // Unified Audit Log, as JSON or in a CSV's AuditData column
	FormatECS                 // Elastic Common Schema documents that keep the original
	FormatParquet             // written by this package
	// FormatAuthenticationDetailsCSV is the admin centre's file of the steps of
	// sign-ins, which become part of their records.
	FormatAuthenticationDetailsCSV
	formats
)

var formatNames = [formats]string{"unknown", "graph", "diagnostic-settings", "log-analytics", "log-analytics-csv",
	"admin-centre-csv", "service-principal-csv", "unified-audit-log", "ecs", "parquet", "authentication-details-csv"}

// String returns the format's short name.
func (f Format) String() string { return formatNames[f] }
