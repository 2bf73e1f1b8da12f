package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/result"
)

// refusedAtAuthorize reads a refusal out of the address that the browser came
// back to.
func refusedAtAuthorize(query url.Values) *refused {
	r := &refused{Endpoint: "authorize", Claims: query.Get("claims")}
	for name := range query {
		if name != "state" {
			r.Fields = append(r.Fields, claim{name, query.Get(name)})
		}
	}
	r.order()
	return r
}

// refusedAtToken reads the body of a refusal (SI-200).
func refusedAtToken(status int, body []byte) *refused {
	r := &refused{Endpoint: "token", Status: status}
	var all map[string]json.RawMessage
	if json.Unmarshal(body, &all) != nil {
		r.Fields = []claim{{"body", string(body)}}
		return r
	}
	for name, value := range all {
		text := string(value)
		var plain string
		if json.Unmarshal(value, &plain) == nil {
			text = plain
		}
		r.Fields = append(r.Fields, claim{name, text})
		if name == "claims" {
			r.Claims = text
		}
	}
	r.order()
	return r
}

// order sorts the fields, what a developer reads first first, and finds the
// result code.
func (r *refused) order() {
	first := []string{"error", "suberror", "error_subcode", "error_codes", "error_description", "claims"}
	rank := func(name string) int {
		if at := slices.Index(first, name); at >= 0 {
			return at
		}
		return len(first)
	}
	slices.SortFunc(r.Fields, func(a, b claim) int {
		if d := rank(a.Name) - rank(b.Name); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, f := range r.Fields {
		if f.Name != "error_description" {
			continue
		}
		if code, ok := result.Find(f.Value).Code(); ok {
			r.Code = code.String()
		}
	}
}

// summary is the refusal in a few words.
func (r *refused) summary() string {
	for _, f := range r.Fields {
		if f.Name == "error" {
			return strings.TrimSpace(fmt.Sprintf("%s %s %s", statusText(r.Status), f.Value, r.Code))
		}
	}
	return statusText(r.Status)
}

func statusText(status int) string {
	if status == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", status, http.StatusText(status))
}
