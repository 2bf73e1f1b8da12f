package web

import (
	"net/http"
	"net/url"

	"golang.org/x/text/language"

	"github.com/sallyport-id/sallyport/result"
)

// languageCookie keeps the language that somebody chose. It tells nothing of
// who they are.
const languageCookie = "sallyport-language"

// languageYear is how long a choice is kept, in seconds.
const languageYear = 365 * 24 * 3600

// languageParameter chooses a language by a link, so that the switch works
// without a script.
const languageParameter = "lang"

// words returns the words to answer a request in: as chosen just now, as chosen
// before, as the account prefers, as the browser wishes; else English. A choice
// is kept by a cookie.
func (f *Front) words(w http.ResponseWriter, q *http.Request, account string) *words {
	if chosen, ok := result.ParseLanguage(q.URL.Query().Get(languageParameter)); ok {
		http.SetCookie(w, &http.Cookie{
			Name: languageCookie, Value: string(chosen), Path: "/", MaxAge: languageYear,
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: f.router.Secure(),
		})
		return f.languages[chosen]
	}
	if c, err := q.Cookie(languageCookie); err == nil {
		if kept, ok := result.ParseLanguage(c.Value); ok {
			return f.languages[kept]
		}
	}
	if preferred, ok := result.ParseLanguage(account); ok {
		return f.languages[preferred]
	}
	return f.languages[f.wished(q.Header.Get("Accept-Language"))]
}

// longestWish bounds what is parsed of a stranger's header.
const longestWish = 512

// wished returns the language that a browser wishes most, of those we have.
func (f *Front) wished(header string) result.Language {
	if len(header) > longestWish {
		header = ""
	}
	wishes, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return result.English
	}
	for _, tag := range wishes {
		base, _ := tag.Base()
		if l, ok := result.ParseLanguage(base.String()); ok {
			return l
		}
	}
	return result.English
}

// languageLink leads to the same page in another language.
type languageLink struct {
	Lang    result.Language
	Name    string // in the language itself
	Href    string
	Current bool
}

// languageLinks are the links of the switch, for a page at an address.
func (f *Front) languageLinks(current result.Language, path string, query url.Values) []languageLink {
	links := make([]languageLink, len(f.order))
	for i, l := range f.order {
		address := url.Values{languageParameter: {string(l)}}
		for name, values := range query {
			if name != languageParameter {
				address[name] = values
			}
		}
		links[i] = languageLink{l, f.languages[l].T("language.name"), path + "?" + address.Encode(), l == current}
	}
	return links
}
