package graphjson_test

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/sallyport-id/sallyport/access/graphjson"
)

func TestParseErrors(t *testing.T) {
	deep := strings.Repeat("[", 600)
	tests := []struct{ name, text, want string }{
		{"empty", "", "f:1:1: found the end of the text, expected a value"},
		{"truncated object", "{\"a\": 1,\n \"b\": ", "f:2:7: b: found the end of the text, expected a value"},
		{"truncated string", `{"a": "x`, "f:1:9: a: found the end of the text in a string, expected '\"'"},
		{"no colon", `{"a" 1}`, "f:1:6: a: found '1', expected ':'"},
		{"no comma", "[1\n2]", "f:2:1: found '2', expected ',' or ']'"},
		{"trailing comma in array", "[1,]", "f:1:4: [1]: found ']', expected a value"},
		{"trailing comma in object", `{"a":1,}`, "f:1:8: found '}', expected the name of a member"},
		{"comment", "// x\n{}", "f:1:1: found '/', expected a value"},
		{"two values", "{} {}", "f:1:4: found '{' after the end of the value, expected nothing"},
		{"leading zero", `{"a": 01}`, "f:1:8: found '1', expected ',' or '}'"},
		{"bare minus", `[-]`, "f:1:3: [0]: found ']', expected a digit"},
		{"no fraction", `[1.]`, "f:1:4: [0]: found ']', expected a digit"},
		{"capital word", `[True]`, "f:1:2: [0]: found 'T', expected a value"},
		{"bad escape", `{"a": "x\q"}`, "f:1:9: a: found a backslash that begins no escape"},
		{"short unicode escape", `["\u00g0"]`, "f:1:3: [0]: found a backslash that begins no escape"},
		{"half a surrogate pair", `["\ud83d"]`, "f:1:3: [0]: found half of a surrogate pair, expected both halves"},
		{"newline in string", "[\"a\nb\"]", "f:1:4: [0]: found the end of the line in a string"},
		{"column counts characters", "[\"日本\" x]", "f:1:7: found 'x', expected ',' or ']'"},
		{"too deep", deep, "found more than 512 values inside each other"},
		{"invalid UTF-8", "{\n\"a\": \"\xff\"}", "f:2:7: found the byte 0xff, expected UTF-8 text"},
		{"half a UTF-16 character", "\xff\xfe[\x00]", "f:1:2: found half a character at the end, expected UTF-16 text"},
		{"unpaired UTF-16 surrogate", "\xfe\xff\x00[\x00\"\xd8\x3d\x00\"\x00]", "f:1:3: found the unpaired surrogate 0xd83d, expected UTF-16 text"},
	}
	for _, tt := range tests {
		_, err := graphjson.Parse("f", []byte(tt.text))
		var e *graphjson.Error
		if !errors.As(err, &e) || !strings.Contains(e.Error(), tt.want) || strings.Contains(e.Error(), "\n") {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestParseEncodings(t *testing.T) {
	text := "{\"naïve\": \"日本 \U0001f600\", \"n\": [-1.5e+3, true, null]}"
	utf16Bytes := func(order binary.AppendByteOrder, mark bool) []byte {
		var b []byte
		if mark {
			b = order.AppendUint16(b, 0xfeff)
		}
		for _, u := range utf16.Encode([]rune(text)) {
			b = order.AppendUint16(b, u)
		}
		return b
	}
	want, err := graphjson.Parse("", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"UTF-8 with mark":       []byte("\ufeff" + text),
		"UTF-16LE with mark":    utf16Bytes(binary.LittleEndian, true),
		"UTF-16BE with mark":    utf16Bytes(binary.BigEndian, true),
		"UTF-16LE without mark": utf16Bytes(binary.LittleEndian, false),
		"UTF-16BE without mark": utf16Bytes(binary.BigEndian, false),
	} {
		n, err := graphjson.Parse("", data)
		if err != nil || !n.Equal(want) {
			t.Errorf("%s: %v, %v", name, n, err)
			continue
		}
		if _, line, column := n.Member("n").Place(); line != 1 || column != 24 {
			t.Errorf("%s: n stands at %d:%d, want 1:24", name, line, column)
		}
	}
}

func TestNodeEscapes(t *testing.T) {
	n, err := graphjson.Parse("", []byte(`{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u2028"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := n.Member("a").Text(), "\"\\/\b\f\n\r\té\U0001f600\u2028"; got != want {
		t.Errorf("read %q, want %q", got, want)
	}
	data, _ := n.MarshalJSON()
	if want := `{"a":"\"\\/\u0008\u000c\n\r\té😀\u2028"}`; string(data) != want {
		t.Errorf("wrote %s, want %s", data, want)
	}
}

func TestNodeMember(t *testing.T) {
	n, err := graphjson.Parse("", []byte(`{"ID":1,"id":2,"DisplayName":3}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"id": "2", "Id": "1", "displayName": "3", "none": ""} {
		if got := n.Member(name).Text(); got != want {
			t.Errorf("Member(%q) = %q, want %q", name, got, want)
		}
	}
	var missing *graphjson.Node
	if missing.Member("x").Kind() != graphjson.Missing || missing.Items() != nil {
		t.Error("a missing node has members")
	}
}

func TestDuplicates(t *testing.T) {
	var many strings.Builder
	many.WriteString("{")
	for i := range 40 {
		many.WriteString(`"m` + strconv.Itoa(i) + `":0,`)
	}
	many.WriteString(`"m0":1}`)
	for name, tt := range map[string]struct{ text, want string }{
		"few":    {"[{},\n{\"a\":1,\"b\":{\"c\":1,\"c\":1}}]", "f:2:19: [1].b.c: found this member again, first at line 2 column 13"},
		"many":   {many.String(), "m0: found this member again, first at line 1 column 2"},
		"escape": {`{"a":1,"\u0061":2}`, "f:1:8: a: found this member again, first at line 1 column 2"},
	} {
		n, err := graphjson.Parse("f", []byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if errs := n.Duplicates(); len(errs) != 1 || !strings.Contains(errs[0].Error(), tt.want) {
			t.Errorf("%s: %v, want %s", name, errs, tt.want)
		}
	}
	n, _ := graphjson.Parse("f", []byte(`[{},{"a":1,"a":1}]`))
	if errs := n.Items()[0].Duplicates(); len(errs) != 0 {
		t.Errorf("the first item has %v", errs)
	}
}
