package fault_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/fault"
)

func TestKindOf(t *testing.T) {
	notFound := fault.New(fault.NotFound, "no user %q", "a")
	tests := []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"plain error", io.EOF, fault.Internal},
		{"nil", nil, fault.Internal},
		{"new", notFound, fault.NotFound},
		{"wrapped by fmt", fmt.Errorf("read user: %w", notFound), fault.NotFound},
		{"bare kind", fmt.Errorf("save: %w", fault.Conflict), fault.Conflict},
		{"outermost wins", fault.Wrap(fault.Conflict, notFound, "used already"), fault.Conflict},
		{"kind nobody declared", fault.Kind(99), fault.Kind(99)},
	}
	for _, test := range tests {
		if got := fault.KindOf(test.err); got != test.want {
			t.Errorf("%s: KindOf = %v, want %v", test.name, got, test.want)
		}
	}
}

func TestIs(t *testing.T) {
	err := fmt.Errorf("redeem: %w", fault.Wrap(fault.Unavailable, io.ErrUnexpectedEOF, "busy"))
	if !errors.Is(err, fault.Unavailable) {
		t.Error("the kind is not found in the chain")
	}
	if errors.Is(err, fault.NotFound) {
		t.Error("another kind is found in the chain")
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause is not found in the chain")
	}
}

func TestTextShowsNoCause(t *testing.T) {
	secret := errors.New("dial tcp 10.0.0.7: password=hunter2")
	for _, err := range []error{
		secret,
		fault.Wrap(fault.Unavailable, secret, "The directory is busy."),
		fault.Wrap(fault.Internal, secret, "query users in db7"),
		fmt.Errorf("load: %w", fault.Wrap(fault.Conflict, secret, "It is in use.")),
	} {
		if text := fault.Text(err); strings.Contains(text, "hunter2") || strings.Contains(text, "db7") {
			t.Errorf("Text(%v) = %q", err, text)
		}
	}
	if err := fault.Wrap(fault.Conflict, secret, "It is in use."); !strings.Contains(err.Error(), "hunter2") {
		t.Error("the log does not see the cause")
	}
}

func TestCheckReportsAll(t *testing.T) {
	var c fault.Check
	if err := c.Err("user"); err != nil {
		t.Fatalf("nothing found, yet %v", err)
	}
	c.Require(true, "id", "never")
	c.Require(false, "displayName", "is empty; a name is expected")
	c.Add("redirectUris.web[1]", "%q has a fragment", "https://a/#b")
	err := c.Err("application")
	if fault.KindOf(err) != fault.Invalid || len(fault.Fields(err)) != 2 {
		t.Fatalf("Err = %v", err)
	}
	want := "The application is not valid.\ndisplayName: is empty; a name is expected\nredirectUris.web[1]: \"https://a/#b\" has a fragment"
	if got := fault.Text(err); got != want {
		t.Errorf("Text = %q, want %q", got, want)
	}
}
