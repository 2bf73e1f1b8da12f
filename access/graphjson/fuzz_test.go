package graphjson_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-id/sallyport/access/graphjson"
)

// FuzzParse compares the parser with another implementation: what it takes the
// other takes too, as the same value.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5e+9,true,null,"\u00e9\ud83d\ude00"]}`, "\ufeff[]", "\xff\xfe[\x00]\x00", `{"a":1,"a":2}`, `"`, "[[[[", `{"":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := graphjson.Parse("f", data)
		if err != nil {
			if utf8.Valid(data) && json.Valid(data) && !bytes.Contains(data, []byte(`\u`)) && bytes.Count(data, []byte("[")) < 200 && bytes.Count(data, []byte("{")) < 200 {
				t.Errorf("%q: %v", data, err)
			}
			return
		}
		written, _ := n.MarshalJSON()
		if !json.Valid(written) {
			t.Fatalf("%q: written as %q", data, written)
		}
		for _, again := range [][]byte{written, n.Indent()} {
			if o, err := graphjson.Parse("f", again); err != nil || !o.Equal(n) {
				t.Fatalf("%q: read again from %q: %v", data, again, err)
			}
		}
		if utf8.Valid(data) && json.Valid(data) {
			var a, b any
			if json.Unmarshal(data, &a) == nil && json.Unmarshal(written, &b) == nil && !reflect.DeepEqual(a, b) {
				t.Fatalf("%q: written as %q", data, written)
			}
		}
	})
}

// FuzzPolicy reads policies and writes them from their meaning, which must read
// as the same.
func FuzzPolicy(f *testing.F) {
	seeds, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(seeds) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, path := range seeds {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"value":[{"state":"enabled","conditions":{"users":{"includeUsers":["GuestsOrExternalUsers"],"includeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"none"}}}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, _ := graphjson.Decode("f", data)
		for _, p := range d.Policies {
			if same, err := p.Node(); err == nil && !same.Equal(p.Origin) {
				t.Fatalf("untouched, it is written as %s", same.Indent())
			}
			scratch := graphjson.Policy{Policy: p.Policy, Strength: p.Strength}
			written, err := graphjson.EncodePolicy(&scratch)
			if err != nil {
				continue // what Graph has no words for
			}
			again, err := graphjson.Decode("f", written)
			if len(p.Unrecognised) > 0 {
				continue // such values are kept as far as they have a place
			}
			if err != nil || len(again.Policies) != 1 {
				t.Fatalf("written as\n%s\nread again: %v", written, err)
			}
			once := graphjson.Policy{Policy: again.Policies[0].Policy, Strength: again.Policies[0].Strength}
			if rewritten, err := graphjson.EncodePolicy(&once); err != nil || !bytes.Equal(rewritten, written) {
				t.Fatalf("written as\n%s\nand then as\n%s\n%v", written, rewritten, err)
			}
		}
	})
}

// FuzzLocation does the same with named locations.
func FuzzLocation(f *testing.F) {
	f.Add([]byte(`{"ipRanges":[{"cidrAddress":"10.1.2.3/8"},{"lowerAddress":"::1","upperAddress":"::ffff"}],"isTrusted":true}`))
	f.Add([]byte(`{"countriesAndRegions":["DE"],"countryLookupMethod":"authenticatorAppGps","includeUnknownCountriesAndRegions":true}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, _ := graphjson.Decode("f", data)
		for _, l := range d.Locations {
			written, err := graphjson.EncodeLocation(&graphjson.Location{Location: l.Location})
			if err != nil {
				t.Fatal(err)
			}
			again, err := graphjson.DecodeLocations("f", written)
			if err != nil || len(again) != 1 || !reflect.DeepEqual(again[0].Location, l.Location) {
				t.Fatalf("%+v: written as\n%s\nread again: %+v, %v", l.Location, written, again, err)
			}
		}
	})
}

// FuzzCIDR reads blocks, whose bounds must be of one family and in order.
func FuzzCIDR(f *testing.F) {
	for _, s := range []string{"192.0.2.0/24", "::ffff:1.2.3.4/100", "2001:db8::/0", "::/128", "1.2.3.4/33", "fe80::1%0/64"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := graphjson.ParseCIDR(s)
		if err != nil {
			return
		}
		if r.Last.Less(r.First) || r.First.BitLen() != r.Last.BitLen() {
			t.Errorf("%q: %v to %v", s, r.First, r.Last)
		}
	})
}

// FuzzFacts reads attempts and writes them, which must read as the same.
func FuzzFacts(f *testing.F) {
	f.Add([]byte(`{"userId":"u","groups":[],"audiences":["a",{"appId":"b","customSecurityAttributes":{"A":["x"],"B":null}}],"device":{"isCompliant":null,"extensionAttributes":{"extensionAttribute3":"y"}},"ipAddress":"::1","country":null,"satisfiedMethods":["password,sms"]}`))
	f.Add([]byte(`{"signInIdentity":{"userId":"u"},"signInContext":{"includeApplications":["a"]},"signInConditions":{"deviceInfo":{"isCompliant":true}}}`))
	f.Add([]byte(`{"methodDetails":{"fido2":{"aaguid":"a"},"x509CertificateMultiFactor":{"policyOids":["1"]}},"inboundTrust":{"isMfaAccepted":true},"clientAppId":null,"isConfidentialClient":false}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, _ := graphjson.ReadFacts("f", data)
		for i := range list {
			written := graphjson.EncodeFacts(&list[i])
			again, err := graphjson.ReadFacts("f", written)
			if err != nil || len(again) != 1 || !reflect.DeepEqual(again[0], list[i]) {
				t.Fatalf("written as\n%s\nread again: %v", written, err)
			}
			graphjson.WhatIfDefaults(&list[i])
		}
	})
}
