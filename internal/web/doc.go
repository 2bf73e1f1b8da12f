// Package web is the front that people see: the pages of the sign-in, the
// refusal above all, and the look-up of result codes. It decides nothing. The
// pipeline (signin) says which page comes next and what stands on it; this
// package puts it into words, in four languages, and passes on what was typed.
//
//	GET  /signin/{page}?hop=…   the page that the pipeline is at
//	POST /signin/{page}         what was typed → 303 to the next page, or back to the front that began
//	GET  /signed-out            where a sign-out ends
//	GET  /error[?code=N|?q=…]   what a code means; POST: which code is in a pasted message
//	GET  /static/{file}         style sheet, script, icon: named by their content
//
// Every page works without a script, except those that need a passkey, and is
// served with a policy that allows nothing inline and nothing from elsewhere.
// Words stand in messages/<language>.json; what codes mean comes from package
// result. Nothing here is kept: any node can show any page.
package web
