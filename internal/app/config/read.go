package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// longestFile bounds a configuration; no honest one comes near.
const longestFile = 1 << 20

// Source is where a configuration comes from.
type Source struct {
	// File is the YAML file; empty: none.
	File string
	// Env returns an environment variable; nil: there are none.
	Env func(string) string
	// Override sets what flags say; it returns the paths that it set, each
	// with the flag's name.
	Override func(*Config) map[string]string
}

// Read returns the configuration of a source. The error is a Faults with
// everything that is wrong, or says why the file cannot be read.
func Read(source Source) (Config, error) {
	c, given := Default(), places{}
	var faults Faults
	if source.File != "" {
		data, err := os.ReadFile(source.File)
		if err != nil {
			return c, fmt.Errorf("read the configuration: %w", err)
		}
		faults = decode(source.File, data, &c, given)
	}
	if source.Env != nil {
		faults = append(faults, fromEnvironment(&c, source.Env, given)...)
	}
	if source.Override != nil {
		for path, flag := range source.Override(&c) {
			given[path] = Fault{Source: flag}
		}
	}
	if len(faults) == 0 { // what could not be read is at its default, which is beside the point
		faults = c.check(given)
	}
	return c, faults.orNil()
}

// Parse returns the configuration that a file's text holds.
func Parse(file string, data []byte) (Config, error) {
	c, given := Default(), places{}
	faults := decode(file, data, &c, given)
	if len(faults) == 0 {
		faults = c.check(given)
	}
	return c, faults.orNil()
}

// decode reads YAML over c.
func decode(file string, data []byte, c *Config, given places) Faults {
	if len(data) > longestFile {
		return Faults{{Source: file, Reason: fmt.Sprintf("has %d bytes; at most %d are expected", len(data), longestFile)}}
	}
	var documents []yaml.Node
	if err := yaml.Load(data, &documents, yaml.WithAllDocuments()); err != nil {
		return Faults{yamlFault(file, err)}
	}
	if len(documents) == 0 || len(documents[0].Content) == 0 { // nothing but comments
		return nil
	}
	d := decoder{file: file, given: given}
	d.mapping(documents[0].Content[0], "", reflect.ValueOf(c).Elem())
	if len(documents) > 1 {
		d.fail(&documents[1], "", "a second document begins here; one is expected")
	}
	return d.faults
}

// yamlFault is what the YAML reader did not like.
func yamlFault(file string, err error) Fault {
	f := Fault{Source: file, Reason: "is not YAML: " + err.Error()}
	var load *yaml.LoadError
	var several *yaml.LoadErrors
	if errors.As(err, &several) && len(several.Errors) > 0 {
		load = several.Errors[0]
	}
	if load != nil || errors.As(err, &load) {
		f.Line, f.Column, f.Reason = load.Mark.Line, load.Mark.Column, "is not YAML: "+load.Message
	}
	return f
}

// decoder walks the nodes of a file beside the struct they are for.
type decoder struct {
	file   string
	given  places
	faults Faults
}

func (d *decoder) fail(n *yaml.Node, path, format string, args ...any) {
	d.faults = append(d.faults, Fault{Source: d.file, Line: n.Line, Column: n.Column, Path: path, Reason: fmt.Sprintf(format, args...)})
}

// mapping reads the members of a struct.
func (d *decoder) mapping(n *yaml.Node, prefix string, v reflect.Value) {
	if n = follow(n); n.Kind != yaml.MappingNode {
		if n.Tag != "!!null" { // a heading whose members are all commented out
			d.fail(n, strings.TrimSuffix(prefix, "."), "is %s; settings are expected", describe(n))
		}
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		path := prefix + key.Value
		field, known := fieldOf(v, key.Value)
		switch {
		case seen[key.Value]:
			d.fail(key, path, "is given twice")
		case !known:
			d.fail(key, path, "is unknown; %s is expected", names(v))
		case field.Kind() == reflect.Struct:
			d.mapping(value, path+".", field)
		default:
			d.given[path] = Fault{Source: d.file, Line: value.Line, Column: value.Column}
			d.setting(value, path, field)
		}
		seen[key.Value] = true
	}
}

// setting reads one leaf.
func (d *decoder) setting(n *yaml.Node, path string, v reflect.Value) {
	n = follow(n)
	if v.Kind() == reflect.Slice {
		d.list(n, path, v)
		return
	}
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" && v.Kind() != reflect.String {
		d.fail(n, path, "is %s; a single value is expected", describe(n))
		return
	}
	text := n.Value
	if n.Tag == "!!null" {
		text = ""
	}
	if err := setScalar(v, text); err != nil {
		d.fail(n, path, "%s", err)
	}
}

// list reads a list; a list in the file replaces the default.
func (d *decoder) list(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, path, "is %s; a list is expected, as in [a, b]", describe(n))
		return
	}
	v.Set(reflect.Zero(v.Type()))
	for i, item := range n.Content {
		item = follow(item)
		element := reflect.New(v.Type().Elem()).Elem()
		if item.Kind != yaml.ScalarNode {
			d.fail(item, fmt.Sprintf("%s[%d]", path, i), "is %s; a single value is expected", describe(item))
			continue
		}
		if err := setScalar(element, item.Value); err != nil {
			d.fail(item, fmt.Sprintf("%s[%d]", path, i), "%s", err)
			continue
		}
		v.Set(reflect.Append(v, element))
	}
}

// follow returns what an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a group of settings"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.Tag == "!!null" {
		return "empty"
	}
	return quote(n.Value)
}

// fieldOf returns the member of a name.
func fieldOf(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("yaml") == name {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// names lists the members of a struct.
func names(v reflect.Value) string {
	list := make([]string, v.NumField())
	for i := range list {
		list[i] = v.Type().Field(i).Tag.Get("yaml")
	}
	return "one of " + strings.Join(list, ", ")
}

// fromEnvironment reads SALLYPORT_… over c. Lists are separated by commas.
func fromEnvironment(c *Config, env func(string) string, given places) Faults {
	var faults Faults
	for _, s := range settings(c) {
		name := EnvironmentName(s.path)
		text := env(name)
		if text == "" {
			continue
		}
		given[s.path] = Fault{Source: name}
		if s.value.Kind() != reflect.Slice {
			if err := setScalar(s.value, text); err != nil {
				faults = append(faults, Fault{Source: name, Reason: err.Error()})
			}
			continue
		}
		s.value.Set(reflect.Zero(s.value.Type()))
		for item := range strings.SplitSeq(text, ",") {
			element := reflect.New(s.value.Type().Elem()).Elem()
			if err := setScalar(element, strings.TrimSpace(item)); err != nil {
				faults = append(faults, Fault{Source: name, Reason: err.Error()})
				continue
			}
			s.value.Set(reflect.Append(s.value, element))
		}
	}
	return faults
}

// EnvironmentName returns the variable that sets a setting: SALLYPORT_LOG_LEVEL
// for log.level, SALLYPORT_SIGN_INS_KEEP for signIns.keep.
func EnvironmentName(path string) string {
	var b strings.Builder
	b.WriteString("SALLYPORT_")
	for _, r := range path {
		switch {
		case r == '.':
			b.WriteByte('_')
		case unicode.IsUpper(r):
			b.WriteByte('_')
			b.WriteRune(r)
		default:
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	return b.String()
}
