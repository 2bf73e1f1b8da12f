// Package app is the one place that knows every package. It builds a server out
// of a configuration, starts it and stops it; and it carries out what the verbs
// of the command line do to a server's data.
//
//	config ─▶ Open ─▶ Server ── Serve ─▶ listens, until its context ends
//	            │        └──── Handler ─▶ for tests
//	            ├─ store, keys, pipeline, fronts
//	            └─ demo: a tenant to try, and a place to try it from
//
// Time and randomness come in by Machine, as everywhere else; only the program
// takes them from the machine it runs on.
package app
