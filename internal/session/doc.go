// Package session owns what the server remembers of a person who signed in:
// the browser session, the authorization codes and the grants (families of
// refresh tokens) that come of it, with their rules and the interfaces that a
// store of them must meet.
//
//	sign-in ──▶ Session ──▶ Code ──redeemed once──▶ Grant ──▶ RefreshToken ─┐
//	                                                  ▲                    │ used
//	                                                  └──── successor ◀────┘
//
// What a browser or a client holds is a Secret: 256 random bits. The store
// sees only its Key, the SHA-256. Times come from the caller.
//
// The contract of the store interfaces is that of package directory: kinds of
// package fault, an update that takes a function and runs in one transaction,
// and nothing lost once a method returned. Nothing here is audited; the
// sign-in log tells it.
package session
