package report

import (
	"encoding/json"
	"fmt"
	"io"
)

// JSON writes v as one indented document. Text is left as it is: characters
// that only matter inside HTML are not escaped.
func JSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// Line writes v as one line of JSON lines.
func Line(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write JSON line: %w", err)
	}
	return nil
}
