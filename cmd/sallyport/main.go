// Sallyport decides who may come in, and says why not: an identity provider
// with Conditional Access, and an offline instrument for tenants that have it.
//
// A file per verb. Verbs read flags, call a package and print what it answers;
// they hold no logic of their own. Exit status: 0 done; 1 done, and the answer
// is "no"; 2 bad input or usage, told in one line on standard error; 130 if
// interrupted.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	_ "time/tzdata" // --tz works on a machine without zone files
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal asks verbs to stop, a second one ends the program.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, systemStreams(), os.Args[1:]))
}
