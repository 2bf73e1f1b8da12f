// Package oidc is the front for OpenID Connect and OAuth 2.0: a file per
// endpoint, and between them what they share.
//
//	authorize ──▶ signin.Begin ──▶ page: 303 to the web front ─ … ─▶ resume
//	    ▲             │                                                 │
//	    │             └──▶ grant ──▶ code ──▶ reply ◀── signin.Finish ──┘
//	  browser                          │        (query, fragment, form_post)
//	                                   ▼
//	token: read the form ─▶ find the artefact ─▶ signin.Open ─▶ authenticate the client (T1)
//	       ─▶ accept the artefact (T2) ─▶ Evaluate: access, today ─▶ sign ─▶ Commit ─▶ answer
//
// A grant type accepts an artefact and never issues; issuing (issue.go) never
// authenticates; between them stands the one question to the pipeline. Every
// answer no is shaped in errors.go.
package oidc
