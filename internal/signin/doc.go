// Package signin is the pipeline: what happens between a request for a sign-in
// or a token and its answer, the same for every front and every store.
//
//	Begin ──▶ stages P2 … P17 ──▶ Grant ──▶ Commit (P18)
//	              │      ▲
//	              ▼      │ Submit
//	            Step ── page ──▶ … the last page: Return ──▶ Finish ──▶ Grant
//	              │
//	              └─ a refusal is a page too (PageRefusal), or a Refusal for
//	                 the client where the protocol tells it
//
//	Open ──▶ P2, P3 ──▶ Exchange ──▶ the front's T1, T2 ──▶ Evaluate ──▶ Grant
//
// The stages run in the order of SI-101, a file each, and the first that is
// not met decides: it asks for a page, or it refuses with a result code, and
// no later one runs. They run from the first at every hop, on the attempt as it
// is persisted and on today's users, devices and policies; so no step can be
// reached past another, and what was granted a minute ago is asked again.
//
// Stages do not call each other and pages do not lead to pages: each returns to
// the dispatcher, which finds the next step from the attempt alone. What the
// browser holds between two steps is a hop: an attempt, one step of it and a
// serial number, signed, bound to the browser and good once.
//
// Every interrupt and every refusal leaves one record, with the facts on which
// access was decided; the record of success is written in the transaction in
// which the front keeps what it issues. Fronts translate: HTTP into Caller and
// Request, Step into a page, Grant into tokens, Refusal into their protocol's
// error. Nothing here knows HTTP, and nothing here reads a clock.
package signin
