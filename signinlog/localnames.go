package signinlog

// localNames are the admin centre's columns where its language is not English,
// in lower case, with straight apostrophes. Languages stand here as far as
// public sources quote the headers.
var localNames = vocabulary{
	// French. "Date (UTC)", "Application" and others are as in English.
	"id de requête": fieldID, "agent utilisateur": fieldUserAgent, "id de corrélation": fieldCorrelationID,
	"identifiant utilisateur": fieldUserID, "utilisateur": fieldUserDisplayName, "nom d'utilisateur": fieldUserPrincipalName,
	"type d'accès client croisée": fieldCrossTenantAccessType, "protocole d'authentification": fieldProtocol,
	"méthode de transfert d'origine": fieldTransferMethod, "id d'application": fieldAppID, "ressource": fieldResourceDisplayName,
	"adresse ip": fieldIPAddress, "emplacement": fieldLocationText, "statut": fieldStatusWord,
	"code d'erreur de connexion": fieldErrorCode, "raison de l'échec": fieldFailureReason, "application cliente": fieldClientApp,
	"id de l'appareil": fieldDeviceID, "navigateur": fieldBrowser, "système d'exploitation": fieldOperatingSystem,
	"conforme": fieldCompliant, "géré": fieldManaged, "résultat de l'authentification multifacteur": fieldAdditionalDetails,
	"méthode d'authentification multifacteur": fieldMFAMethod, "exigence d'authentification": fieldRequirement,
	"id de session": fieldSessionID, "numéro de système autonome": fieldAutonomousSystem, "signalé pour révision": fieldFlagged,
	"accès conditionnel": fieldConditionalAccessStatus,

	// Italian; "Conforme" as in French.
	"data (utc)": fieldTime, "id richiesta": fieldID, "agente utente": fieldUserAgent, "id correlazione": fieldCorrelationID,
	"id utente": fieldUserID, "utente": fieldUserDisplayName, "nome utente": fieldUserPrincipalName, "tipo di utente": fieldUserType,
	"applicazione": fieldAppDisplayName, "nome del tenant principale": fieldHomeTenantName, "indirizzo ip": fieldIPAddress,
	"località": fieldLocationText, "stato": fieldStatusWord, "codice errore di accesso": fieldErrorCode,
	"motivo dell'errore": fieldFailureReason, "requisito per l'autenticazione": fieldRequirement, "id sessione": fieldSessionID,
	"numero del sistema autonomo": fieldAutonomousSystem, "accesso condizionale": fieldConditionalAccessStatus,
}

// successWords are what a status says of a sign-in that succeeded, whose code the
// admin centre leaves empty.
var successWords = [...]string{"success", "opération réussie", "operazione riuscita"}
