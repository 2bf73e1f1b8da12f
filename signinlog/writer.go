package signinlog

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"
	"time"
)

// Writer writes records in one format. Close writes what is left and leaves the
// underlying writer open.
type Writer interface {
	Write(*Record) error
	Close() error
}

// jsonLines writes one JSON document per line.
type jsonLines struct {
	buf  *bufio.Writer
	enc  *json.Encoder
	form func(*Record) any
}

func newJSONLines(w io.Writer, form func(*Record) any) *jsonLines {
	buf := bufio.NewWriterSize(w, 64<<10)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	return &jsonLines{buf: buf, enc: enc, form: form}
}

func (w *jsonLines) Write(r *Record) error { return w.enc.Encode(w.form(r)) }

func (w *jsonLines) Close() error { return w.buf.Flush() }

// NewJSONLinesWriter writes records as Graph's signIn objects, one per line, which
// every reader of Graph's logs understands and Open reads back without loss.
func NewJSONLinesWriter(w io.Writer) Writer {
	return newJSONLines(w, func(r *Record) any { return r })
}

// document is a JSON document made member by member; empty values are left out.
type document map[string]any

// put sets the member at a path such as "source.geo.city_name".
func (d document) put(path string, value any) {
	if isEmpty(value) {
		return
	}
	for {
		name, rest, more := strings.Cut(path, ".")
		if !more {
			d[name] = value
			return
		}
		inner, ok := d[name].(document)
		if !ok {
			inner = document{}
			d[name] = inner
		}
		d, path = inner, rest
	}
}

func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case []document:
		return len(v) == 0
	case document:
		return len(v) == 0
	case int64:
		return v == 0
	case uint32:
		return v == 0
	case time.Time:
		return v.IsZero()
	case Maybe[bool]:
		return !v.Known
	case Maybe[float64]:
		return !v.Known
	}
	return false
}

// unique returns the words that are not empty, each once.
func unique(words ...string) []string {
	var out []string
	for _, w := range words {
		known := w == ""
		for _, had := range out {
			known = known || had == w
		}
		if !known {
			out = append(out, w)
		}
	}
	return out
}

// text returns the JSON of the record, for members that keep the original.
func (r *Record) text() string {
	b, err := json.Marshal(r)
	if err != nil {
		return "" // only Inputs that are no JSON could fail
	}
	return string(b)
}
