package result

import (
	"encoding/json"
	"strings"
)

// recordID returns the id of the (first) sign-in record in a JSON text, or "". Only the record's own "id" counts, not those of the
// policies, devices and users in it.
func recordID(text string) string {
	var document any
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&document); err != nil {
		return ""
	}
	for range 4 { // a collection of an envelope of properties, at the deepest
		switch v := document.(type) {
		case []any:
			if len(v) == 0 {
				return ""
			}
			document = v[0]
		case map[string]any:
			if id, ok := member(v, "id").(string); ok && patterns().guid.MatchString(id) {
				return id
			}
			document = firstOf(member(v, "properties"), member(v, "value"), member(v, "records"))
		default:
			return ""
		}
	}
	return ""
}

// member returns a member by its name in either casing: exports disagree on it (SI-611).
func member(object map[string]any, name string) any {
	if v, ok := object[name]; ok {
		return v
	}
	return object[strings.ToUpper(name[:1])+name[1:]]
}

func firstOf(values ...any) any {
	for _, v := range values {
		if v != nil {
			return v
		}
	}
	return nil
}
