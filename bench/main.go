// Command bench prints what the project's claims about speed rest on.
package main

import (
	"fmt"
	"os"

	"github.com/sallyport-id/sallyport/bench/decision"
)

func main() {
	if err := decision.Table(os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
