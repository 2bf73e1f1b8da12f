// Package logs measures reading, triage, explanation and replay of sign-in logs,
// as whole processes, beside programs that many people would use for it: jq, and
// DuckDB where the bench was built with the tag duckdb.
package logs
