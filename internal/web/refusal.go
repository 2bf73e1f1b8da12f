package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// refusalPage is the second door: what stopped the attempt, what would let it
// in, whom to ask. The pipeline has left out what the tenant does not tell;
// this page adds only what the catalogue tells everyone.
type refusalPage struct {
	// Code is zero where the tenant tells nothing.
	Code    result.Code
	Summary string
	// Admitted: the person is who they say; what was refused is this attempt.
	Admitted   bool
	Conditions []seenCondition
	// Yours are the verified remedies that the person can carry out, Admins
	// those that take somebody else. Steps is what usually helps with such a
	// code, where nothing was verified.
	Yours, Admins []remedyText
	Steps         []string
	// Searched: remedies were looked for, so that none of Yours means that
	// there is none.
	Searched bool
	// Endable: the person can end it by one of Yours. Otherwise Lasting and
	// Passing say how long it will be so; none of them: not known.
	Endable, Lasting, Passing bool
	// Why says why it takes a change, so that the usual tricks are of no use;
	// empty where they may be.
	Why    string
	Fixers []string
	// Mail opens a letter to the helpdesk with the reference in it.
	Mail string
	// Retry: the attempt lives and can be tried again.
	Retry bool
}

// Explains reports whether the page says more than that, and whom to ask.
func (p *refusalPage) Explains() bool {
	return p.Searched || p.Passing || p.Why != "" || len(p.Conditions)+len(p.Steps) > 0
}

// newRefusalPage builds the page and sets the view's title and reference.
func newRefusalPage(v *view, step *signin.Step) *refusalPage {
	r := step.Refusal
	p := &refusalPage{Retry: step.Hop != ""}
	v.Reference = &reference{RequestID: r.RequestID, Correlation: r.Correlation, Time: r.Time, App: r.App.DisplayName}
	entry, known := result.Lookup(r.Code)
	if r.Disclosure == directory.DiscloseNone {
		v.Title, p.Summary = v.T("refusal.untold.title"), v.T("refusal.untold.summary")
	} else {
		p.Code, v.Reference.Code = r.Code, r.Code
		text := entry.Text(v.Lang).Fill(localValues(v.words, r.Values))
		v.Title, p.Summary = text.Title, text.Summary
		if !known {
			v.Title, p.Summary = v.T("refusal.unknown.title"), v.T("refusal.unknown.summary")
		}
		p.Admitted = entry.FirstFactor == result.ProofPassed
		p.tell(v, r, entry, text)
	}
	if help := r.Tenant.Help.Email; help != "" {
		p.Mail = mailTo(help, v, p.Code)
	}
	return p
}

// tell fills in what stands below the headline.
func (p *refusalPage) tell(v *view, r *signin.Refusal, entry result.Entry, text result.Text) {
	p.Conditions = seenConditions(v, r)
	p.Yours, p.Admins = remedyTexts(v.words, r.Remedies)
	told := r.Disclosure == directory.DiscloseRemedy || r.Disclosure == directory.DiscloseCondition
	p.Searched = told && len(r.Remedies)+len(r.Conditions) > 0
	if !p.Searched {
		p.Steps = text.UserSteps
	}
	switch {
	case len(p.Yours) > 0:
		p.Endable = true
	case told && len(r.Fixers) > 0:
		p.Passing, p.Lasting = r.Temporary, !r.Temporary
	case !entry.DurationVaries:
		p.Passing, p.Lasting = entry.Duration == result.Temporary, entry.Duration == result.Structural
	}
	if p.Lasting || p.Endable && !slices.ContainsFunc(r.Remedies, renewsPassword) {
		p.Why = v.T("refusal.lasting.setting")
		if entry.Stage == result.StageConditionalAccess {
			p.Why = v.T("refusal.lasting.text")
		}
	}
	fixers := r.Fixers
	if len(fixers) == 0 {
		fixers = entry.Fixers
	}
	if slices.Equal(fixers, []result.Fixer{result.FixerUser}) {
		return // nobody else need be asked
	}
	for _, fixer := range fixers {
		p.Fixers = append(p.Fixers, fixer.Label(v.Lang))
	}
}

// renewsPassword reports whether a remedy is one of the tricks that are of no
// use elsewhere.
func renewsPassword(r signin.Remedy) bool {
	return slices.ContainsFunc(r.Changes, func(c signin.Change) bool {
		return c.Kind == access.ChangePassword || c.Kind == access.ChangeRemediation
	})
}

// mailTo returns the address of a letter to the helpdesk that has the
// reference in it.
func mailTo(address string, v *view, code result.Code) string {
	subject := v.T("refusal.mail.subjectNoCode")
	if code != 0 {
		subject = v.T("refusal.mail.subject", "Code", code.String())
	}
	body := v.T("refusal.mail.body") + "\r\n\r\n" + strings.ReplaceAll(v.Reference.Text(), "\n", "\r\n") + "\r\n"
	return "mailto:" + url.PathEscape(address) + "?subject=" + url.PathEscape(subject) + "&body=" + url.PathEscape(body)
}

// localValues writes the values of a catalogue text in words of the language.
func localValues(w *words, values result.Values) result.Values {
	local := make(result.Values, len(values))
	for placeholder, value := range values {
		switch placeholder {
		case result.PlaceholderCountry:
			value = w.Region(value)
		case result.PlaceholderPlatform, result.PlaceholderClientApp, result.PlaceholderDeviceState:
			value = w.value(value)
		}
		local[placeholder] = value
	}
	return local
}
