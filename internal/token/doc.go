// Package token signs and reads what the server vouches for: ID tokens and
// access tokens, the keys they are signed with, and the assertions by which
// clients vouch for themselves. What a token states is given to it as Facts;
// whether it may be issued was decided before. Refresh tokens and codes are
// opaque and belong to package session: they are looked up, not read.
//
//	Keys ─── Keep ──▶ publish the next key ─ Lead ─▶ sign with it ─ Overlap ─▶ drop the old one
//	  │
//	  ├─ Set ──▶ the JWK set that clients fetch
//	  └─ Issuer ── IDToken, AccessToken ──▶ Token ── Read ──▶ Read
package token
