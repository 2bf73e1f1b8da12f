package access_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// simplify tries to empty every part of *v, one at a time, and keeps what still
// fails. It reports whether anything was kept.
func simplify[T any](v *T, fails func() bool) bool {
	return simplifyValue(reflect.ValueOf(v).Elem(), fails)
}

func simplifyValue(v reflect.Value, fails func() bool) bool {
	changed := false
	switch v.Kind() {
	case reflect.Slice:
		changed = dropElements(v, fails)
		for i := range v.Len() {
			changed = simplifyValue(v.Index(i), fails) || changed
		}
		return changed
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*filter.Rule]() {
			changed = simplifyValue(v.Elem(), fails)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				changed = simplifyValue(v.Field(i), fails) || changed
			}
		}
	}
	return emptied(v, fails) || changed
}

// emptied sets v to its zero value if the case still fails then.
func emptied(v reflect.Value, fails func() bool) bool {
	if v.IsZero() || !v.CanSet() {
		return false
	}
	old := reflect.New(v.Type()).Elem()
	old.Set(v)
	v.SetZero()
	if fails() {
		return true
	}
	v.Set(old)
	return false
}

// dropElements takes elements out of a slice, the last first.
func dropElements(v reflect.Value, fails func() bool) bool {
	changed := false
	for i := v.Len() - 1; i >= 0; i-- {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		shorter := reflect.MakeSlice(v.Type(), 0, v.Len())
		shorter = reflect.AppendSlice(shorter, v.Slice(0, i))
		shorter = reflect.AppendSlice(shorter, v.Slice(i+1, v.Len()))
		v.Set(shorter)
		if fails() {
			changed = true
		} else {
			v.Set(old)
		}
	}
	return changed
}

// clonePolicy copies what shrinking a policy would change.
func clonePolicy(p access.Policy) access.Policy {
	c := &p.Conditions
	c.Workloads, c.Platforms, c.Locations = clone(c.Workloads), clone(c.Platforms), clone(c.Locations)
	c.DeviceFilter, c.DeviceStates, c.Applications.Filter = clone(c.DeviceFilter), clone(c.DeviceStates), clone(c.Applications.Filter)
	if c.Workloads != nil {
		c.Workloads.Filter, c.Workloads.AgentFilter = clone(c.Workloads.Filter), clone(c.Workloads.AgentFilter)
	}
	p.Grant = clone(p.Grant)
	return p
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// describe writes a value as something like JSON, without what is empty or
// unknown.
func describe(v any) string {
	var b strings.Builder
	describeValue(&b, reflect.ValueOf(v), "")
	return b.String()
}

func describeValue(b *strings.Builder, v reflect.Value, indent string) {
	if s, ok := describeWhole(v); ok {
		b.WriteString(s)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		describeValue(b, v.Elem(), indent)
	case reflect.Slice, reflect.Array:
		b.WriteString("[")
		for i := range v.Len() {
			if i > 0 {
				b.WriteString(", ")
			}
			describeValue(b, v.Index(i), indent)
		}
		b.WriteString("]")
	case reflect.Struct:
		describeStruct(b, v, indent)
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	default:
		fmt.Fprintf(b, "%v", v.Interface())
	}
}

// describeWhole writes what has a text of its own: facts, rules, enumerations.
func describeWhole(v reflect.Value) (string, bool) {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return "null", true
	}
	switch x := v.Interface().(type) {
	case *filter.Rule:
		return x.String(), true
	case filter.Attributes:
		return describeAttributes(x), true
	case fmt.Stringer:
		return x.String(), true
	}
	if !strings.HasPrefix(v.Type().Name(), "Fact[") {
		return "", false
	}
	known := v.MethodByName("Get").Call(nil)
	if !known[1].Bool() {
		return "?", true
	}
	return describe(known[0].Interface()), true
}

func describeAttributes(a filter.Attributes) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if !a[name].IsKnown() {
			parts = append(parts, name+": ?")
		} else {
			parts = append(parts, fmt.Sprintf("%s: %q", name, a[name].Strings()))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func describeStruct(b *strings.Builder, v reflect.Value, indent string) {
	b.WriteString("{")
	inner := indent + "  "
	for i := range v.NumField() {
		if v.Field(i).IsZero() || v.Field(i).Kind() == reflect.Slice && v.Field(i).Len() == 0 {
			continue
		}
		fmt.Fprintf(b, "\n%s%s: ", inner, v.Type().Field(i).Name)
		describeValue(b, v.Field(i), inner)
	}
	b.WriteString("}")
}
