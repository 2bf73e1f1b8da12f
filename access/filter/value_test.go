package filter_test

import (
	"slices"
	"testing"

	"github.com/sallyport-id/sallyport/access/filter"
)

func TestValue(t *testing.T) {
	tests := []struct {
		name        string
		value       filter.Value
		known, null bool
		strings     []string
	}{
		{"unknown", filter.Value{}, false, false, nil},
		{"null", filter.Null(), true, true, nil},
		{"text", filter.Text("a"), true, false, []string{"a"}},
		{"empty text", filter.Text(""), true, false, []string{""}},
		{"list", filter.List("a", "b"), true, false, []string{"a", "b"}},
		{"list of nothing", filter.List(), true, true, nil},
	}
	for _, tt := range tests {
		if tt.value.IsKnown() != tt.known || tt.value.IsNull() != tt.null || !slices.Equal(tt.value.Strings(), tt.strings) {
			t.Errorf("%s: known %v, null %v, strings %q", tt.name, tt.value.IsKnown(), tt.value.IsNull(), tt.value.Strings())
		}
	}
}

// Kleene's tables.
func TestTruth(t *testing.T) {
	const u, f, v = filter.Unknown, filter.False, filter.True
	order := []filter.Truth{f, u, v} // And is the lesser, Or the greater
	for i, a := range order {
		if a.Not() != order[2-i] {
			t.Errorf("not %v is %v", a, a.Not())
		}
		for j, b := range order {
			if got := a.And(b); got != order[min(i, j)] {
				t.Errorf("%v and %v is %v", a, b, got)
			}
			if got := a.Or(b); got != order[max(i, j)] {
				t.Errorf("%v or %v is %v", a, b, got)
			}
		}
	}
	if filter.Of(true) != v || filter.Of(false) != f {
		t.Error("Of does not return its argument")
	}
}

func TestAttributes(t *testing.T) {
	attributes := filter.Attributes{"Set_a": filter.Text("exact"), "SET_A": filter.Text("first"), "": filter.Text("nobody")}
	tests := []struct {
		property filter.Property
		want     string
	}{
		{filter.Attribute("Set_a"), "exact"},
		{filter.Attribute("set_a"), "first"},
		{filter.Attribute("Set_b"), ""},
		{filter.Device(filter.Model), ""},
	}
	for _, tt := range tests {
		got := attributes.Value(tt.property)
		if tt.want == "" && !got.IsNull() || tt.want != "" && !slices.Equal(got.Strings(), []string{tt.want}) {
			t.Errorf("%v: got %q", tt.property, got.Strings())
		}
	}
}

func TestProperty(t *testing.T) {
	model := filter.Device(filter.Model)
	if model.String() != "device.model" || model.Name() != "model" || model.IsAttribute() || model.Device() != filter.Model {
		t.Errorf("device.model is %v, %s", model, model.Name())
	}
	tier := filter.Attribute("Finance_tier")
	if tier.String() != "CustomSecurityAttribute.Finance_tier" || tier.Name() != "Finance_tier" || !tier.IsAttribute() {
		t.Errorf("the attribute is %v, %s", tier, tier.Name())
	}
	if n := filter.ExtensionAttribute15.ExtensionAttribute(); n != 15 || filter.ExtensionAttribute15.String() != "extensionAttribute15" {
		t.Errorf("extensionAttribute15 is number %d", n)
	}
	if n := filter.TrustType.ExtensionAttribute(); n != 0 {
		t.Errorf("trustType is extension attribute %d", n)
	}
	none := filter.Device(200)
	if none.Operators() != nil || none.Values() != nil || none.Name() != "no property" {
		t.Errorf("a property that does not exist is %v", none)
	}
}

func TestOp(t *testing.T) {
	for op := filter.Eq; op <= filter.NotIn; op++ {
		if op.Positive().Negative() || op.Negative() != (op != op.Positive()) {
			t.Errorf("%v: negative %v, positive %v", op, op.Negative(), op.Positive())
		}
	}
	if filter.NotIn.Positive() != filter.In || filter.Op(0).Negative() || filter.Op(99).String() != "no operator" {
		t.Error("operators at the edges")
	}
}
