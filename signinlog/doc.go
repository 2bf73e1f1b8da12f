// Package signinlog reads and writes sign-in logs: one Record type, streaming
// readers for the formats that sign-in logs of Microsoft Entra ID are met in,
// and writers for the formats that others read.
//
// Open finds out by content, never by name, what each file holds: Graph signIn
// objects (a list, an array, one object, or one per line), rows of diagnostic
// settings, Log Analytics rows as JSON or CSV, downloads of the admin centre,
// the Unified Audit Log, or Parquet written by this package; gzip, zstd and
// UTF-16 are undone. Memory stays flat however long the log is.
//
//	r, err := signinlog.Open([]string{"export/"}, signinlog.Options{})
//	for rec, err := range r.All() {
//		…
//	}
//	report := r.Report()
//
// Every row is accounted for: it became a record, was merged into one, is
// something other than a sign-in, or is bad; bad rows are named with file, row
// and reason. Rows of one sign-in are merged: see Reader.All for the rule.
//
// The page doc/formats/signin-record.md tells where each field of a Record
// comes from in every format.
package signinlog
