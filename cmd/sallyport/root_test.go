package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/report"
)

// withVerb runs the program with one more verb, called try.
func withVerb(t *testing.T, ctx context.Context, s *streams, runE func(*cobra.Command) error, args ...string) int {
	t.Helper()
	before := verbs
	defer func() { verbs = before }()
	verbs = append(verbs[:len(verbs):len(verbs)], func(*streams) *cobra.Command {
		cmd := &cobra.Command{Use: "try", RunE: func(cmd *cobra.Command, _ []string) error { return runE(cmd) }}
		formatFlag(cmd, report.TableFormat, report.JSONFormat)
		return cmd
	})
	return run(ctx, s, append([]string{"try"}, args...))
}

func TestExitStatus(t *testing.T) {
	tests := []struct {
		name string
		err  error
		exit int
		line string
	}{
		{"done", nil, 0, ""},
		{"the answer is no", errNo, 1, ""},
		{"the answer is no, wrapped", fmt.Errorf("3 of 5: %w", errNo), 1, ""},
		{"bad input", errors.New("policy.json:3: want an object"), 2, "sallyport try: policy.json:3: want an object\n"},
		{"many faults", errors.New("first\nsecond\nthird"), 2, "sallyport try: first (and 2 more)\n"},
		{"a message that paints", errors.New("no \x1b[31mred\u202e here"), 2, "sallyport try: no  [31mred  here\n"},
		{"a long message", errors.New(strings.Repeat("a", 1000) + "b"), 2, "sallyport try: " + strings.Repeat("a", 300) + " … " + strings.Repeat("a", 299) + "b\n"},
		{"no message", errors.New(""), 2, "sallyport try: failed without a message\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs strings.Builder
			s := &streams{in: strings.NewReader(""), out: &out, err: &errs, env: func(string) string { return "" }}
			exit := withVerb(t, t.Context(), s, func(*cobra.Command) error { return tt.err })
			if exit != tt.exit || errs.String() != tt.line {
				t.Errorf("exit %d, stderr %q; want %d, %q", exit, errs.String(), tt.exit, tt.line)
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var errs strings.Builder
	s := &streams{in: strings.NewReader(""), out: io.Discard, err: &errs, env: func(string) string { return "" }}
	exit := withVerb(t, ctx, s, func(cmd *cobra.Command) error { return cmd.Context().Err() })
	if exit != exitInterrupted || errs.String() != "sallyport try: interrupted\n" {
		t.Errorf("exit %d, stderr %q", exit, errs.String())
	}
}

func TestNothingPartial(t *testing.T) {
	tests := []struct {
		name string
		err  error
		out  string
	}{
		{"done", nil, "answer\n"},
		{"the answer is no", errNo, "answer\n"},
		{"bad input", errors.New("line 7"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			s := &streams{out: &out}
			err := s.whole(func(w io.Writer) error {
				io.WriteString(w, "answer\n")
				return tt.err
			})
			if !errors.Is(err, tt.err) || out.String() != tt.out {
				t.Errorf("err %v, stdout %q; want %v, %q", err, out.String(), tt.err, tt.out)
			}
		})
	}
}

func TestFormat(t *testing.T) {
	tests := []struct {
		args     []string
		terminal bool
		want     report.Format
		fails    string
	}{
		{nil, true, report.TableFormat, ""},
		{nil, false, report.JSONFormat, ""},
		{[]string{"-o", "table"}, false, report.TableFormat, ""},
		{[]string{"-o", "xml"}, false, "", `sallyport try: --output "xml": want one of table, json` + "\n"},
		{[]string{"-o", "junit"}, false, "", `sallyport try: --output "junit": want one of table, json` + "\n"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.args, tt.terminal), func(t *testing.T) {
			var errs strings.Builder
			s := &streams{in: strings.NewReader(""), out: io.Discard, err: &errs, outTerminal: tt.terminal, env: func(string) string { return "" }}
			var got report.Format
			withVerb(t, t.Context(), s, func(cmd *cobra.Command) (err error) {
				got, err = s.format(cmd)
				return err
			}, tt.args...)
			if got != tt.want || errs.String() != tt.fails {
				t.Errorf("got %q, stderr %q; want %q, %q", got, errs.String(), tt.want, tt.fails)
			}
		})
	}
}

func TestColours(t *testing.T) {
	tests := []struct {
		name     string
		terminal bool
		env      map[string]string
		want     bool
	}{
		{"a terminal", true, nil, true},
		{"a pipe", false, nil, false},
		{"NO_COLOR", true, map[string]string{"NO_COLOR": "1"}, false},
		{"NO_COLOR empty", true, map[string]string{"NO_COLOR": ""}, true},
		{"a dumb terminal", true, map[string]string{"TERM": "dumb"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &streams{outTerminal: tt.terminal, env: func(k string) string { return tt.env[k] }}
			if got := s.style(nil).Color; got != tt.want {
				t.Errorf("colour is %v, want %v", got, tt.want)
			}
		})
	}
}

func TestZone(t *testing.T) {
	var errs strings.Builder
	s := &streams{in: strings.NewReader(""), out: io.Discard, err: &errs, env: func(string) string { return "" }}
	use := func(cmd *cobra.Command) error {
		loc, err := zone(cmd)
		if err == nil && loc.String() != "Asia/Tokyo" {
			t.Errorf("zone %s", loc)
		}
		return err
	}
	if exit := withVerb(t, t.Context(), s, use, "--tz", "Asia/Tokyo"); exit != exitDone {
		t.Errorf("exit %d: %s", exit, errs.String())
	}
	if exit := withVerb(t, t.Context(), s, use, "--tz", "Mars/Olympus"); exit != exitBadInput || !strings.Contains(errs.String(), `--tz "Mars/Olympus": want a time zone`) {
		t.Errorf("exit %d: %s", exit, errs.String())
	}
}
