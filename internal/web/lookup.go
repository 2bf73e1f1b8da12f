package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/result"
)

// codePage is the look-up of codes: what one means, what a search found, or
// all of them.
type codePage struct {
	Query string
	// Entry and Text are the code that was found; nil: none.
	Entry   *result.Entry
	Text    result.Text
	Fixers  []string
	Related []relatedCode
	// Unknown is a number that is no code of ours, or that was given and
	// means nothing here.
	Unknown string
	// Matches are what a search by words found; Searched: there was one.
	Matches  []codeLink
	Searched bool
	// Stages are all codes, by the stage at which they arise.
	Stages []codeStage
}

// codeLink leads to a code.
type codeLink struct {
	Code  result.Code
	Title string
}

// relatedCode is a code that stands in some relation to the one shown.
type relatedCode struct {
	codeLink
	Relation string
}

// codeStage is the codes of one stage.
type codeStage struct {
	Label string
	Codes []codeLink
}

// Bounds of a search: what people type is short, what they paste is a message.
const (
	longestQuery = 200
	mostMatches  = 20
)

// showCode answers /error: the code in the address (code=53003), a search
// (q=…), or all codes.
func (f *Front) showCode(w http.ResponseWriter, q *http.Request) {
	query := q.URL.Query()
	v := f.newView(w, q, "")
	p := &codePage{Query: firstOf(query.Get("q"), query.Get("code"))}
	if len(p.Query) > longestQuery {
		p.Query = strings.ToValidUTF8(p.Query[:longestQuery], "")
	}
	f.showFound(w, q, v, p)
}

// findCode answers a pasted message. It is posted, so that what it tells of a
// person does not come to stand in an address; the code that is in it may.
func (f *Front) findCode(w http.ResponseWriter, q *http.Request) {
	form, err := route.Form(q)
	if err != nil {
		f.router.Fail(w, q, http.StatusBadRequest)
		return
	}
	text := strings.TrimSpace(form.Get("q"))
	if code, ok := result.Find(text).Code(); ok {
		http.Redirect(w, q, "/error?code="+code.String(), http.StatusSeeOther)
		return
	}
	if len(text) <= longestQuery && !strings.Contains(text, "@") {
		http.Redirect(w, q, "/error?"+url.Values{"q": {text}}.Encode(), http.StatusSeeOther)
		return
	}
	v := f.newView(w, q, "")
	f.at(v, "/error", nil)
	f.showFound(w, q, v, &codePage{Query: text})
}

// showFound looks the query up and writes the page.
func (f *Front) showFound(w http.ResponseWriter, q *http.Request, v *view, p *codePage) {
	status := http.StatusOK
	v.Title, v.Body = v.T("lookup.title"), p
	code, found := result.Find(p.Query).Code()
	entry, known := result.Lookup(code)
	switch {
	case p.Query == "":
	case found && known:
		p.tell(v, entry)
		p.Query = ""
	case found:
		status, p.Unknown = http.StatusNotFound, code.String()
	default:
		p.Searched = true
		for _, m := range result.Search(p.Query, v.Lang, result.English) {
			if len(p.Matches) < mostMatches {
				p.Matches = append(p.Matches, linkOf(v, m.Entry))
			}
		}
	}
	if p.Entry == nil {
		p.Stages = allCodes(v)
	}
	f.show(w, q, "lookup", status, v)
}

// tell fills in what the catalogue says of a code.
func (p *codePage) tell(v *view, entry result.Entry) {
	p.Entry, p.Text = &entry, entry.Text(v.Lang)
	v.Title = p.Text.Title
	for _, fixer := range entry.Fixers {
		p.Fixers = append(p.Fixers, fixer.Label(v.Lang))
	}
	for _, r := range entry.Related {
		if other, ok := result.Lookup(r.Code); ok {
			p.Related = append(p.Related, relatedCode{linkOf(v, other), r.Relation.Label(v.Lang)})
		}
	}
}

func linkOf(v *view, entry result.Entry) codeLink {
	return codeLink{entry.Code, entry.Text(v.Lang).Title}
}

// allCodes lists the catalogue in the order in which a sign-in would meet it.
func allCodes(v *view) []codeStage {
	var list []codeStage
	for _, stage := range result.Stages() {
		s := codeStage{Label: stage.Label(v.Lang)}
		for _, entry := range (result.Filter{Stages: []result.Stage{stage}}).Entries() {
			s.Codes = append(s.Codes, linkOf(v, entry))
		}
		if len(s.Codes) > 0 {
			list = append(list, s)
		}
	}
	return list
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			return text
		}
	}
	return ""
}
