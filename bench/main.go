// Command bench prints what the project's claims about speed rest on:
//
//	bench decision           the engine beside other engines
//	bench logs [-records N]  reading and judging sign-in logs beside jq and DuckDB
//	bench detections         attacks found in logs whose attacks are known
//	bench server [-time D]   the identity provider beside hashes and signatures
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sallyport-id/sallyport/bench/decision"
	"github.com/sallyport-id/sallyport/bench/detections"
	"github.com/sallyport-id/sallyport/bench/logs"
	"github.com/sallyport-id/sallyport/bench/server"
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
	case "detections":
		flags := flag.NewFlagSet("detections", flag.ContinueOnError)
		var o detections.Options
		flags.IntVar(&o.Seeds, "seeds", 0, "logs of each kind (default 3)")
		flags.IntVar(&o.Users, "users", 0, "people of the tenant (default 500)")
		flags.IntVar(&o.Attacks, "attacks", 0, "attacks of each kind in a log (default 6)")
		if err := flags.Parse(args); err != nil {
			return err
		}
		return detections.Table(os.Stdout, os.Stderr, o)
	case "logs":
		flags := flag.NewFlagSet("logs", flag.ContinueOnError)
		var o logs.Options
		flags.IntVar(&o.Records, "records", 1000000, "records of the smaller kind")
		flags.IntVar(&o.Rounds, "rounds", 3, "how often everything but the slowest is run")
		flags.StringVar(&o.Dir, "dir", filepath.Join(os.TempDir(), "sallyport-bench"), "where logs are kept between runs")
		if err := flags.Parse(args); err != nil {
			return err
		}
		return logs.Table(os.Stdout, os.Stderr, o)
	case "server":
		flags := flag.NewFlagSet("server", flag.ContinueOnError)
		var o server.Options
		flags.DurationVar(&o.Time, "time", 8*time.Second, "how long each load lasts")
		flags.StringVar(&o.Dir, "dir", os.TempDir(), "where data is kept meanwhile, on the disk to measure")
		flags.StringVar(&o.Binary, "binary", "", "measure this program (default: it is built)")
		if err := flags.Parse(args); err != nil {
			return err
		}
		return server.Table(os.Stdout, os.Stderr, o)
	}
	return fmt.Errorf("nothing is called %q; expected decision, detections, logs or server", what)
}
