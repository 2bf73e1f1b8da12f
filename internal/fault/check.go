package fault

import "fmt"

// Check collects the rules that a value breaks, so that all are reported at
// once. The zero Check has found nothing.
type Check struct {
	fields []Field
}

// Add reports a broken rule at path.
func (c *Check) Add(path, format string, args ...any) {
	c.fields = append(c.fields, Field{Path: path, Text: fmt.Sprintf(format, args...)})
}

// Require reports a broken rule at path unless ok.
func (c *Check) Require(ok bool, path, format string, args ...any) {
	if !ok {
		c.Add(path, format, args...)
	}
}

// Err returns an Invalid failure with everything found, or nil if nothing was.
// What names the value, such as "user".
func (c *Check) Err(what string) error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{kind: Invalid, text: "The " + what + " is not valid.", fields: c.fields}
}
