// Package demo is a tenant to try, and somewhere to try it from: people each of
// whom meets a different fate, apps, devices, places and ten policies; a sample
// app that signs in, shows what it got and what it was refused; and a way to
// pretend to come from another place, platform or device.
//
//	browser ─▶ Wrap: the place, platform and device that the visitor chose
//	              └─▶ router ─▶ /demo …       the sample app, a client like any other
//	                        └─▶ everything else, which knows of no demo
//
// Pretending changes what a request looks like before the server reads it: its
// address, its platform, and the proof that a device's key really signs. What
// the server makes of that is what it would make of the real thing. All of it
// exists only where the operator asked for a demo, and that listens to its own
// machine only.
package demo
