package oidc

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/token"
	"github.com/sallyport-id/sallyport/result"
)

// longestQuery bounds what is kept of an authorize request.
const longestQuery = 32 << 10

// authorize begins a sign-in (§3.2). Everything in the request is a stranger's;
// the client is told of a fault only after it and its reply address were found
// (SI-137), before that a page is.
func (f *Front) authorize(w http.ResponseWriter, q *http.Request) {
	p, ok := f.authorizeParameters(w, q)
	if !ok {
		return
	}
	a := f.readAuthorize(p)
	request := a.request(q.PathValue("tenant"))
	caller := f.caller(q, true)
	if p.get("device_challenge") == "1" {
		caller.ProvesDevice = true
	}
	route.Of(q).Note("client", clientForLog(request.Client))
	if a.unreadable != result.Success {
		answer, err := f.parts.Pipeline.Refuse(q.Context(), caller, request, a.unreadable)
		f.follow(w, q, "", answer, err)
		return
	}
	if request.Prompt&signin.PromptNone != 0 {
		// A hidden frame of the app waits for the answer (SI-443).
		route.AllowFraming(w)
	}
	route.AskHints(w)
	answer, err := f.parts.Pipeline.Begin(q.Context(), caller, request)
	f.follow(w, q, "", answer, err)
}

// authorizeParameters reads the parameters of the address or of a posted form.
// A post from another site arrives without the session cookie (SameSite=Lax),
// so the browser is sent here once more by a GET, with which it comes.
func (f *Front) authorizeParameters(w http.ResponseWriter, q *http.Request) (parameters, bool) {
	values := q.URL.Query()
	if len(q.URL.RawQuery) > longestQuery {
		f.router.Fail(w, q, http.StatusRequestURITooLong)
		return nil, false
	}
	if q.Method != http.MethodPost {
		return parameters(values), true
	}
	form, err := route.Form(q)
	if err != nil {
		status := http.StatusBadRequest
		if route.TooLong(err) {
			status = http.StatusRequestEntityTooLarge
		}
		f.router.Fail(w, q, status)
		return nil, false
	}
	if f.fromElsewhere(q) && f.router.Cookie(q, route.SessionCookie) == "" {
		if query := form.Encode(); len(query) <= longestQuery {
			seeOther(w, q.URL.EscapedPath()+"?"+query)
			return nil, false
		}
	}
	return parameters(form), true
}

// fromElsewhere reports whether a browser says that another site sent it.
func (f *Front) fromElsewhere(q *http.Request) bool {
	if site := q.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "cross-site" || site == "same-site"
	}
	origin := q.Header.Get("Origin")
	return origin != "" && origin != f.router.Origin()
}

// resume takes a sign-in up again when its last page is done.
func (f *Front) resume(w http.ResponseWriter, q *http.Request) {
	hop := q.URL.Query().Get("hop")
	answer, err := f.parts.Pipeline.Finish(q.Context(), f.caller(q, true), hop)
	f.follow(w, q, hop, answer, err)
}

// follow does what an answer of the pipeline says. hop is the one that was
// presented: a step that was not kept can be shown only by asking for it again.
func (f *Front) follow(w http.ResponseWriter, q *http.Request, hop string, answer signin.Answer, err error) {
	if err != nil {
		f.brokenToPerson(w, q, err)
		return
	}
	f.setCookies(w, answer.Cookies)
	switch {
	case answer.Step != nil:
		step := *answer.Step
		if step.Passing || step.Hop == "" {
			step.Hop = hop
		}
		route.Of(q).Code = int(step.Code)
		seeOther(w, step.Path())
	case answer.Return != "":
		seeOther(w, answer.Return)
	case answer.Grant != nil:
		f.grantReply(w, q, answer.Grant)
	case answer.Refusal != nil:
		f.refusalReply(w, q, answer.Refusal)
	default:
		f.brokenToPerson(w, q, errors.New("the pipeline answered nothing"))
	}
}

// clientForLog returns a client id that may stand in the log.
func clientForLog(id string) string {
	if directory.IsGUID(id) {
		return strings.ToLower(id)
	}
	return "other"
}

// seeOther sends a browser on by a GET.
func seeOther(w http.ResponseWriter, address string) {
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
}

// authorizeRequest is an authorize request as it was read.
type authorizeRequest struct {
	p      parameters
	prompt signin.Prompt
	maxAge *time.Duration
	claims claimsRequest
	state  state
	// hint is the account that id_token_hint names.
	hint token.Read
	// unreadable is a fault that leaves nobody to tell it to; faulty, one
	// that the client is told.
	unreadable, faulty result.Code
}

// readAuthorize reads a request as far as it can, and notes the first fault.
func (f *Front) readAuthorize(p parameters) *authorizeRequest {
	a := &authorizeRequest{p: p}
	switch {
	case p.get("client_id") == "":
		a.unreadable = result.MissingBodyParameter
	case len(p["client_id"]) > 1 && p.contradicts(), len(p["redirect_uri"]) > 1 && p.contradicts():
		a.unreadable = result.InvalidRequest
	case p.contradicts(), p.get("request") != "", p.get("request_uri") != "":
		a.faulty = result.InvalidRequest
	}
	a.readState()
	a.readMode()
	a.readPrompt()
	a.readMaxAge()
	var err error
	if a.claims, err = readClaims(p.get("claims")); err != nil {
		a.fault(result.InvalidRequestValue)
	}
	a.readACRValues()
	if text := p.get("id_token_hint"); text != "" {
		a.hint, err = f.parts.Tokens.Read(text, f.router.Now())
		if err != nil && !errors.Is(err, token.ErrExpired) || a.hint.Access {
			a.hint = token.Read{}
			a.fault(result.InvalidRequestValue)
		}
	}
	a.state.Hint = a.hint.Object
	a.state.Capabilities = a.claims.Capabilities
	a.state.AuthTime = a.maxAge != nil || a.claims.AuthTime
	a.state.ContextsInID = a.claims.ContextsInID
	return a
}

// fault notes a fault; the first one counts.
func (a *authorizeRequest) fault(code result.Code) {
	if a.faulty == result.Success {
		a.faulty = code
	}
}

func (a *authorizeRequest) readState() {
	a.state = state{
		Types: a.p.words("response_type"), Mode: a.p.get("response_mode"), State: a.p.get("state"), Nonce: a.p.get("nonce"),
		Challenge: a.p.get("code_challenge"),
	}
	slices.Sort(a.state.Types)
}

// readMode reads response_mode (SI-312): a token must not stand in a query,
// which servers log, and a form is posted to a server. A mode that cannot be is
// forgotten, so that the client is told in its usual way.
func (a *authorizeRequest) readMode() {
	s := &a.state
	redirect := a.p.get("redirect_uri")
	web := strings.HasPrefix(redirect, "https://") || strings.HasPrefix(redirect, "http://")
	switch {
	case s.Mode != "" && !slices.Contains([]string{modeQuery, modeFragment, modeFormPost}, s.Mode),
		s.Mode == modeQuery && (s.has(typeIDToken) || s.has(typeToken)),
		s.Mode == modeFormPost && !web:
		s.Mode = ""
		a.fault(result.UnsupportedResponseMode)
	}
}

// readPrompt reads prompt (SI-313).
func (a *authorizeRequest) readPrompt() {
	names := map[string]signin.Prompt{
		"login": signin.PromptLogin, "none": signin.PromptNone, "consent": signin.PromptConsent,
		"select_account": signin.PromptSelectAccount, "create": signin.PromptCreate,
	}
	for _, word := range a.p.words("prompt") {
		prompt, known := names[word]
		if !known {
			a.fault(result.InvalidRequestValue)
		}
		a.prompt |= prompt
	}
	switch {
	case a.prompt&signin.PromptNone != 0 && a.prompt != signin.PromptNone:
		a.fault(result.InvalidRequestValue) // OpenID Connect Core §3.1.2.1
	case a.p.get("sid") != "" && a.p.get("login_hint") != "":
		a.fault(result.SessionHintConflict)
	case a.p.get("sid") != "" && a.prompt&signin.PromptSelectAccount != 0:
		a.fault(result.LoginHintConflict)
	}
}

// readMaxAge reads max_age, in seconds (SI-315).
func (a *authorizeRequest) readMaxAge() {
	text := a.p.get("max_age")
	if text == "" {
		return
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		a.fault(result.InvalidRequestValue)
		return
	}
	age := time.Duration(n) * time.Second
	a.maxAge = &age
}

// readACRValues reads acr_values: authentication contexts, and the names under
// which more than one factor goes (SI-224).
func (a *authorizeRequest) readACRValues() {
	for _, value := range a.p.words("acr_values") {
		a.claims.MFA = a.claims.MFA || asksMFA(value)
		a.claims.Contexts = add(a.claims.Contexts, value, isContext)
		if isContext(value) {
			a.state.ACR = append(a.state.ACR, directory.Fold(value))
		}
	}
}

// request puts the request into the pipeline's words.
func (a *authorizeRequest) request(tenant string) signin.Request {
	r := signin.Request{
		Tenant: tenant, Protocol: signin.Implicit, Client: a.p.get("client_id"), RedirectURI: a.p.get("redirect_uri"),
		Scopes: a.p.words("scope"), Prompt: a.prompt, MaxAge: a.maxAge,
		LoginHint: a.p.get("login_hint"), DomainHint: a.p.get("domain_hint"), SessionHint: a.p.get("sid"),
		Contexts: a.claims.Contexts, Policies: a.claims.Policies, RequireMFA: a.claims.MFA,
		Return: "/" + url.PathEscape(tenant) + pathResume, ReplyRules: a.rules,
	}
	if a.state.has(typeCode) {
		r.Protocol = signin.AuthorizationCode
		if a.state.Challenge != "" {
			r.Protocol = signin.AuthorizationCodePKCE
		}
	}
	if r.LoginHint == "" {
		r.LoginHint = a.hint.Username
	}
	var err error
	if r.State, err = json.Marshal(a.state); err != nil {
		panic(err) // plain data always encodes
	}
	return r
}

// rules are the protocol's own for its answer (P4), once client and reply
// address were found.
func (a *authorizeRequest) rules(app *directory.Application, redirect directory.RedirectType) result.Code {
	if a.faulty != result.Success {
		return a.faulty
	}
	if code := a.judgeTypes(app); code != result.Success {
		return code
	}
	if !a.state.has(typeCode) {
		return result.Success
	}
	return judgeChallenge(a.state.Challenge, a.p.get("code_challenge_method"), redirect != directory.RedirectWeb)
}

// judgeTypes tells what is wrong with response_type (SI-311).
func (a *authorizeRequest) judgeTypes(app *directory.Application) result.Code {
	s := &a.state
	switch {
	case len(s.Types) == 0:
		return result.MissingRequiredField
	case slices.ContainsFunc(s.Types, func(t string) bool { return t != typeCode && t != typeIDToken && t != typeToken }):
		return result.UnsupportedResponseType
	case s.has(typeIDToken) && !app.IDTokenImplicit:
		return result.IdTokenResponseNotEnabled
	case s.has(typeToken) && !app.TokenImplicit:
		return result.AccessTokenResponseNotEnabled
	case s.has(typeIDToken) && !slices.Contains(a.p.words("scope"), "openid"):
		return result.IdTokenWithoutOpenid
	case s.has(typeIDToken) && s.Nonce == "":
		return result.MissingRequiredField // OpenID Connect Core §3.2.2.1
	}
	return result.Success
}
