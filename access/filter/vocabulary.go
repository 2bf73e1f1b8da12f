package filter

import (
	"fmt"
	"strings"
	"unicode"
)

// vocabulary is the properties of one kind of rule.
type vocabulary struct {
	resolve  func(name string) (Property, bool)
	expected string
}

var deviceVocabulary = vocabulary{
	resolve: resolveDevice,
	expected: fmt.Sprintf("a property of a device (%s or extensionAttribute1 to extensionAttribute15)",
		strings.Join(schemaNames(deviceSchemas[DeviceID:ExtensionAttribute1]), ", ")),
}

var appVocabulary = vocabulary{
	resolve:  resolveAttribute,
	expected: "a custom security attribute (" + attributePrefix + "Set_Name)",
}

func schemaNames(schemas []schema) []string {
	var names []string
	for _, s := range schemas {
		names = append(names, s.name)
	}
	return names
}

// resolveDevice returns the property that a name in any case, with or without
// "device." before it, stands for.
func resolveDevice(name string) (Property, bool) {
	if rest, ok := cutPrefixFold(name, devicePrefix); ok {
		name = rest
	}
	for d := DeviceID; d <= ExtensionAttribute15; d++ {
		if strings.EqualFold(deviceSchemas[d].name, name) {
			return Device(d), true
		}
	}
	return Property{}, false
}

// resolveAttribute returns the attribute that a name stands for. A definition id
// has letters of any script, digits and "_" only.
func resolveAttribute(name string) (Property, bool) {
	id, ok := cutPrefixFold(name, attributePrefix)
	special := func(r rune) bool {
		return r != '_' && !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit)
	}
	if !ok || id == "" || strings.ContainsFunc(id, special) {
		return Property{}, false
	}
	return Attribute(id), true
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
