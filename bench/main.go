// Command bench prints what the project's claims about speed rest on:
//
//	bench decision           the engine beside other engines
//	bench logs [-records N]  reading and judging sign-in logs beside jq and DuckDB
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sallyport-id/sallyport/bench/decision"
	"github.com/sallyport-id/sallyport/bench/logs"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	what := "decision"
	if len(args) > 0 {
		what, args = args[0], args[1:]
	}
	switch what {
	case "decision":
		return decision.Table(os.Stdout, os.Stderr)
	case "logs":
		flags := flag.NewFlagSet("logs", flag.ContinueOnError)
		records := flags.Int("records", 1000000, "records of the smaller kind")
		dir := flags.String("dir", filepath.Join(os.TempDir(), "sallyport-bench"), "where logs are kept between runs")
		if err := flags.Parse(args); err != nil {
			return err
		}
		return logs.Table(os.Stdout, os.Stderr, logs.Options{Dir: *dir, Records: *records})
	}
	return fmt.Errorf("nothing is called %q; expected decision or logs", what)
}
