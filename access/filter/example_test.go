package filter_test

import (
	"errors"
	"fmt"

	"github.com/sallyport-id/sallyport/access/filter"
)

// laptop is a device of which nobody knows who made it.
type laptop struct{ name, trustType string }

func (l *laptop) Value(p filter.Property) filter.Value {
	switch p.Device() {
	case filter.DisplayName:
		return filter.Text(l.name)
	case filter.TrustType:
		return filter.Text(l.trustType)
	case filter.Manufacturer, filter.Model:
		return filter.Value{} // unknown
	}
	return filter.Null()
}

func Example() {
	for _, text := range []string{
		`device.trustType -eq "ServerAD" -and device.displayName -startsWith "paw-"`,
		`device.extensionAttribute1 -ne "kiosk"`,
		`device.manufacturer -eq "Contoso"`,
	} {
		rule, err := filter.ParseDevice(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(rule.Match(&laptop{name: "PAW-01", trustType: "ServerAD"}))
	}
	// Output:
	// true
	// true
	// unknown
}

func ExampleParseApp() {
	rule, err := filter.ParseApp(`CustomSecurityAttribute.Finance_tier -contains "gold"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rule.Match(filter.Attributes{"Finance_tier": filter.List("gold", "silver")}))
	fmt.Println(rule.Match(filter.Attributes{}))
	// Output:
	// true
	// false
}

func ExampleSyntaxError() {
	_, err := filter.ParseDevice(`device.isCompliant -eq True -and device.trustType -in ["AzureAD"]`)
	var syntax *filter.SyntaxError
	if errors.As(err, &syntax) {
		fmt.Println(syntax)
		fmt.Println(syntax.Caret())
	}
	// Output:
	// filter rule, line 1, column 51: found operator -in, which device.trustType does not take, expected -eq or -ne
	// device.isCompliant -eq True -and device.trustType -in ["AzureAD"]
	//                                                   ^
}

func ExampleRule_String() {
	rule, err := filter.ParseDevice(`(isCompliant eq "true") or (not (trustType ne azuread))`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rule)
	// Output: device.isCompliant -eq True -or -not device.trustType -ne "AzureAD"
}

func ExampleFold() {
	rule, err := filter.ParseDevice(`model in ["a","b"] and not isCompliant eq true`)
	if err != nil {
		fmt.Println(err)
		return
	}
	lisp := filter.Fold(rule,
		func(c filter.Comparison) string { return fmt.Sprintf("(%s %q)", c.Property.Name(), c.Operands) },
		func(part string) string { return "(not " + part + ")" },
		func(a, b string) string { return "(and " + a + " " + b + ")" },
		func(a, b string) string { return "(or " + a + " " + b + ")" })
	fmt.Println(lisp)
	// Output: (and (model ["a" "b"]) (not (isCompliant ["True"])))
}
