package store

import (
	"encoding/json"
	"fmt"
	"time"
)

// millis returns a time as a column holds it; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// instant returns the time that a column holds.
func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// flag returns a boolean as a column holds it.
func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// encode returns the document of a value.
func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	return string(b), nil
}

// decode reads the document of a value.
func decode[T any](document string) (T, error) {
	var v T
	if err := json.Unmarshal([]byte(document), &v); err != nil {
		return v, fmt.Errorf("decode %T: %w", v, err)
	}
	return v, nil
}
