package graphjson_test

import (
	"errors"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
)

func block(first, last string) access.Range {
	return access.Range{First: netip.MustParseAddr(first), Last: netip.MustParseAddr(last)}
}

func TestLocations(t *testing.T) {
	tests := []struct {
		name, text string
		want       access.Location
	}{
		{"CA-64: host bits", `{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"l","displayName":"n","isTrusted":true,"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"12.34.221.11/22"}]}`,
			access.Location{ID: "l", DisplayName: "n", Trusted: true, Ranges: []access.Range{block("12.34.220.0", "12.34.223.255")}}},
		{"CA-64: IPv6 and mapped IPv4", `{"ipRanges":[{"cidrAddress":"2001:0:9d38:90d6:0:0:0:0/63"},{"cidrAddress":"::ffff:192.0.2.0/120"},{"cidrAddress":"0.0.0.0/0"}]}`,
			access.Location{Ranges: []access.Range{block("2001:0:9d38:90d6::", "2001:0:9d38:90d7:ffff:ffff:ffff:ffff"), block("192.0.2.0", "192.0.2.255"), block("0.0.0.0", "255.255.255.255")}}},
		{"bounds", `{"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4Range","lowerAddress":"10.0.0.1","upperAddress":"10.0.0.9"},{"@odata.type":"#microsoft.graph.iPv6Range","lowerAddress":"2001:db8::1","upperAddress":"2001:db8::1"}]}`,
			access.Location{Ranges: []access.Range{block("10.0.0.1", "10.0.0.9"), block("2001:db8::1", "2001:db8::1")}}},
		{"no range at all", `{"@odata.type":"#microsoft.graph.ipNamedLocation","ipRanges":[]}`, access.Location{}},
		{"CA-65", `{"@odata.type":"#microsoft.graph.countryNamedLocation","countriesAndRegions":["de","FR"],"countryLookupMethod":"authenticatorAppGps","includeUnknownCountriesAndRegions":true}`,
			access.Location{IsCountry: true, Countries: []string{"DE", "FR"}, ByGPS: true, IncludeUnknown: true}},
		{"CA-65: address is the default", `{"countriesAndRegions":["IT"]}`, access.Location{IsCountry: true, Countries: []string{"IT"}}},
		{"CA-62: a country cannot be trusted", `{"countriesAndRegions":["IT"],"isTrusted":true}`, access.Location{IsCountry: true, Countries: []string{"IT"}}},
		{"CA-63", `{"@odata.type":"#microsoft.graph.compliantNetworkNamedLocation","compliantNetworkType":"allTenantCompliantNetworks","isTrusted":true}`, access.Location{CompliantNetwork: true}},
		{"PowerShell's additional properties", `{"Id":"l","DisplayName":"n","AdditionalProperties":{"@odata.type":"#microsoft.graph.ipNamedLocation","isTrusted":true,"ipRanges":[{"cidrAddress":"192.0.2.1/32"}]}}`,
			access.Location{ID: "l", DisplayName: "n", Trusted: true, Ranges: []access.Range{block("192.0.2.1", "192.0.2.1")}}},
	}
	for _, tt := range tests {
		list, err := graphjson.DecodeLocations("f", []byte(tt.text))
		if err != nil || len(list) != 1 || !reflect.DeepEqual(list[0].Location, tt.want) {
			t.Errorf("%s: read %+v, %v, want %+v", tt.name, list, err, tt.want)
		}
	}
}

func TestLocationErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{`{"ipRanges":[{"cidrAddress":"192.0.2.1"}]}`, `f:1:29: ipRanges[0].cidrAddress: found "192.0.2.1", expected a block of addresses such as 192.0.2.0/24`},
		{`{"ipRanges":[{"cidrAddress":"192.0.2.1/33"}]}`, `found "192.0.2.1/33", expected a block`},
		{`{"ipRanges":[{"cidrAddress":"fe80::1%eth0/64"}]}`, `expected a block`},
		{`{"ipRanges":[{"cidrAddress":5}]}`, `ipRanges[0].cidrAddress: found 5, expected a string`},
		{`{"ipRanges":[{}]}`, `ipRanges[0].lowerAddress: found nothing, expected an address`},
		{`{"ipRanges":["192.0.2.0/24"]}`, `ipRanges[0]: found "192.0.2.0/24", expected an object with cidrAddress`},
		{`{"ipRanges":[{"lowerAddress":"10.0.0.9","upperAddress":"10.0.0.1"}]}`, `ipRanges[0].upperAddress: found "10.0.0.1", expected no address below 10.0.0.9`},
		{`{"ipRanges":[{"lowerAddress":"10.0.0.9","upperAddress":"2001:db8::"}]}`, `expected an address of the family of 10.0.0.9`},
		{`{"ipRanges":[{"lowerAddress":"10.0.0.9","upperAddress":"ten"}]}`, `ipRanges[0].upperAddress: found "ten", expected an address`},
		{`{"countriesAndRegions":["Germany"]}`, `countriesAndRegions[0]: found "Germany", expected a two-letter country code`},
		{`{"countriesAndRegions":["DE"],"countryLookupMethod":"stars"}`, `countryLookupMethod: found "stars", expected clientIpAddress or authenticatorAppGps`},
		{`{"@odata.type":"#microsoft.graph.lunarNamedLocation"}`, `expected a named location of the kind ipNamedLocation, countryNamedLocation or compliantNetworkNamedLocation`},
	}
	for _, tt := range tests {
		list, err := graphjson.DecodeLocations("f", []byte(tt.text))
		if err == nil || len(list) != 0 || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %+v, %v, want %s", tt.text, list, err, tt.want)
		}
	}
}

func TestStrengths(t *testing.T) {
	list, err := graphjson.DecodeStrengths("f", []byte(`{"id":"s","displayName":"n","policyType":"custom","requirementsSatisfied":"mfa",
		"allowedCombinations":["fido2"," password , SMS ","x509CertificateMultiFactor",131073],
		"combinationConfigurations":[
			{"@odata.type":"#microsoft.graph.fido2CombinationConfiguration","id":"c","appliesToCombinations":["fido2"],"allowedAAGUIDs":["a1","a2"]},
			{"appliesToCombinations":["x509CertificateMultiFactor","windowsHelloForBusiness"],"allowedIssuerSkis":["k"],"allowedPolicyOIDs":["1.2"]},
			{"appliesToCombinations":["fido2"],"allowedAAGUIDs":[]}]}`))
	want := access.Strength{ID: "s", DisplayName: "n", Combinations: []access.Combination{
		{Methods: access.FIDO2, AAGUIDs: []string{"a1", "a2"}},
		{Methods: access.Password | access.SMS},
		{Methods: access.X509MultiFactor, IssuerSKIs: []string{"k"}, PolicyOIDs: []string{"1.2"}},
		{Methods: access.Password | access.QRCodePin},
	}}
	if err != nil || len(list) != 1 || !reflect.DeepEqual(list[0].Strength, want) || list[0].PolicyType != "custom" || list[0].RequirementsSatisfied != "mfa" {
		t.Errorf("read %+v, %v, want %+v", list, err, want)
	}
}

func TestStrengthErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{`{"allowedCombinations":["fido2","palm"]}`, `f:1:33: allowedCombinations[1]: found the method "palm", expected one of password, voice`},
		{`{"allowedCombinations":[""]}`, `allowedCombinations[0]: found "", expected authentication methods`},
		{`{"allowedCombinations":[["fido2"]]}`, `allowedCombinations[0]: found an array, expected authentication methods`},
		{`{"allowedCombinations":["fido2"],"combinationConfigurations":[{"allowedAAGUIDs":["a"]}]}`, `combinationConfigurations[0].appliesToCombinations: found nothing`},
		{`{"allowedCombinations":["fido2"],"combinationConfigurations":[{"appliesToCombinations":["fido2"],"allowedAAGUIDs":["a"]},{"appliesToCombinations":["fido2"],"allowedAAGUIDs":["b"]}]}`, `combinationConfigurations[1].appliesToCombinations[0]: found "fido2" again`},
		{`{"allowedCombinations":["fido2"],"combinationConfigurations":[{"appliesToCombinations":["fido2"],"allowedColours":["red"]}]}`, `combinationConfigurations[0].allowedColours: found a configuration that is not known`},
		{`{"allowedCombinations":["fido2"],"combinationConfigurations":["x"]}`, `combinationConfigurations[0]: found "x", expected an object`},
	}
	for _, tt := range tests {
		_, err := graphjson.DecodeStrengths("f", []byte(tt.text))
		var errs graphjson.Errors
		if !errors.As(err, &errs) || len(errs) != 1 || !strings.Contains(errs[0].Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.text, err, tt.want)
		}
	}
}
