// Package triage finds attacks in sign-in logs.
//
// It gives each record the base risk of its result code, and looks for patterns
// over many records: findings, each with the records that are its evidence, the
// span they fill, a severity and the reason. Base risk belongs to a code and
// never changes; context changes the severity of a finding.
//
//	record ──▶ counts
//	       ──▶ Sigma rules (package sigma) ──▶ matches ─┐
//	       ──▶ event: what detections look at, packed  ┴─▶ sorted by time ──▶ detections ──▶ findings
//
// Records may come in any order: newest first, as Graph lists them, or one file
// after another that cover the same days. Events are sorted before detections
// see them, in memory while they are few and in a temporary file beyond that, so
// that memory stays flat however long the log. Then two lanes of detections see
// each event, on a goroutine each. Windows slide: an attack across
// the edge of an hour or a day is one attack.
//
// What separates an attack from an unlucky Monday is mostly where it comes from.
// Detections therefore ask whether a network is familiar: one from which the
// person signed in with a managed device, or earlier completed a second factor,
// or which many of the tenant's people use that way. Findings are judged once
// more at the end, when the whole log has told which networks those are.
package triage
