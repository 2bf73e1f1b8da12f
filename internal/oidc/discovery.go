package oidc

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/result"
)

// configuration is the discovery document (OpenID Connect Discovery §3,
// RFC 8414 §2, SI-303).
type configuration struct {
	Issuer                  string   `json:"issuer"`
	Authorization           string   `json:"authorization_endpoint"`
	Token                   string   `json:"token_endpoint"`
	EndSession              string   `json:"end_session_endpoint"`
	Keys                    string   `json:"jwks_uri"`
	Userinfo                string   `json:"userinfo_endpoint"`
	Revocation              string   `json:"revocation_endpoint"`
	Introspection           string   `json:"introspection_endpoint"`
	ResponseTypes           []string `json:"response_types_supported"`
	ResponseModes           []string `json:"response_modes_supported"`
	GrantTypes              []string `json:"grant_types_supported"`
	SubjectTypes            []string `json:"subject_types_supported"`
	SigningAlgorithms       []string `json:"id_token_signing_alg_values_supported"`
	Scopes                  []string `json:"scopes_supported"`
	Claims                  []string `json:"claims_supported"`
	Prompts                 []string `json:"prompt_values_supported"`
	ClientAuthentication    []string `json:"token_endpoint_auth_methods_supported"`
	AssertionAlgorithms     []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	ChallengeMethods        []string `json:"code_challenge_methods_supported"`
	ClaimsParameter         bool     `json:"claims_parameter_supported"`
	RequestParameter        bool     `json:"request_parameter_supported"`
	RequestURIParameter     bool     `json:"request_uri_parameter_supported"`
	ResponseIssuer          bool     `json:"authorization_response_iss_parameter_supported"`
	FrontchannelLogout      bool     `json:"frontchannel_logout_supported"`
	FrontchannelLogoutSID   bool     `json:"frontchannel_logout_session_supported"`
	HTTPLogout              bool     `json:"http_logout_supported"`
	IntrospectionClientAuth []string `json:"introspection_endpoint_auth_methods_supported"`
	RevocationClientAuth    []string `json:"revocation_endpoint_auth_methods_supported"`
}

// discoverable is how long clients may keep what they discovered: keys are
// published longer than that before they sign.
const discoverable = "3600"

// issuerTemplate stands for the tenant where none is addressed; whoever
// validates a token puts its tid there (SI-302).
const issuerTemplate = "{tenantid}"

// discovery answers what the server is and where. The GUID and every verified
// domain of a tenant get the same document.
func (f *Front) discovery(w http.ResponseWriter, q *http.Request) {
	tenant, issuer, ok := f.discovered(w, q)
	if !ok {
		return
	}
	secrets := []string{"client_secret_post", "client_secret_basic", "private_key_jwt"}
	route.CacheFor(w, discoverable)
	writeJSON(w, http.StatusOK, configuration{
		Issuer:        issuer,
		Authorization: f.address(tenant, pathAuthorize), Token: f.address(tenant, pathToken), EndSession: f.address(tenant, pathLogout),
		Keys: f.address(tenant, pathKeys), Userinfo: f.address(tenant, pathUserinfo),
		Revocation: f.address(tenant, pathRevoke), Introspection: f.address(tenant, pathIntrospect),
		ResponseTypes:     []string{"code", "id_token", "code id_token", "id_token token", "token", "code token", "code id_token token"},
		ResponseModes:     []string{modeQuery, modeFragment, modeFormPost},
		GrantTypes:        []string{grantCode, grantRefresh, grantClient, "implicit"},
		SubjectTypes:      []string{"pairwise"},
		SigningAlgorithms: []string{"RS256"},
		Scopes:            []string{"openid", "profile", "email", "offline_access"},
		Claims: []string{
			"sub", "iss", "aud", "exp", "iat", "nbf", "auth_time", "acr", "acrs", "amr", "nonce", "at_hash", "c_hash", "name", "preferred_username",
			"email", "given_name", "family_name", "oid", "tid", "ver", "uti", "sid", "idp", "roles", "groups", "wids",
		},
		Prompts:              []string{"none", "login", "consent", "select_account", "create"},
		ClientAuthentication: append(secrets, "none"), AssertionAlgorithms: []string{"RS256", "PS256", "ES256"},
		ChallengeMethods: []string{challengeMethod}, ClaimsParameter: true, ResponseIssuer: true,
		FrontchannelLogout: true, FrontchannelLogoutSID: true, HTTPLogout: true,
		IntrospectionClientAuth: secrets, RevocationClientAuth: append(secrets, "none"),
	})
}

// discovered returns the name of the addressed tenant in addresses, and its
// issuer. If there is no such tenant it answers so.
func (f *Front) discovered(w http.ResponseWriter, q *http.Request) (tenant, issuer string, ok bool) {
	route.AllowOrigin(w, "*")
	if name := strings.ToLower(q.PathValue("tenant")); shared(name) {
		return name, f.parts.Tokens.Name(access.TenantID(issuerTemplate)), true
	}
	t, err := f.tenantOf(q)
	switch {
	case errors.Is(err, fault.NotFound):
		f.refuseBare(w, q, result.InvalidTenantName)
		return "", "", false
	case err != nil:
		f.brokenToProgram(w, q, err)
		return "", "", false
	}
	return string(t.ID), f.parts.Tokens.Name(t.ID), true
}

// keys answers the keys that tokens are signed with.
func (f *Front) keys(w http.ResponseWriter, q *http.Request) {
	_, issuer, ok := f.discovered(w, q)
	if !ok {
		return
	}
	set, err := f.parts.Tokens.Keys().Set(issuer)
	if err != nil {
		f.brokenToProgram(w, q, err)
		return
	}
	route.CacheFor(w, discoverable)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(set) // whoever left needs no answer
}

// instance answers clients that ask whether an authority is one (instance
// discovery): this server vouches for itself and for nobody else.
func (f *Front) instance(w http.ResponseWriter, q *http.Request) {
	route.AllowOrigin(w, "*")
	asked, err := url.Parse(q.URL.Query().Get("authorization_endpoint"))
	ours, _ := url.Parse(f.router.Origin()) // the router checked it
	if err != nil || !strings.EqualFold(asked.Host, ours.Host) || asked.Scheme != ours.Scheme {
		f.refuseBare(w, q, result.InvalidRequestValue)
		return
	}
	tenant, _, _ := strings.Cut(strings.TrimPrefix(asked.Path, "/"), "/")
	if tenant == "" {
		tenant = "common"
	}
	type alias struct {
		Network string   `json:"preferred_network"`
		Cache   string   `json:"preferred_cache"`
		Aliases []string `json:"aliases"`
	}
	writeJSON(w, http.StatusOK, struct {
		Discovery string  `json:"tenant_discovery_endpoint"`
		Version   string  `json:"api-version"`
		Metadata  []alias `json:"metadata"`
	}{f.address(url.PathEscape(tenant), "/v2.0"+pathDiscovery), "1.1", []alias{{ours.Host, ours.Host, []string{ours.Host}}}})
}
