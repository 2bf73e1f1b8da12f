// Package store keeps the directory, sessions, grants and the sign-in log in a
// SQL database. The queries stand here, once; a child package opens one kind
// of database and tells what its errors mean.
//
// How things are kept: an object is a row of lookup columns and a JSON
// document. The columns hold what a query looks for, the document everything
// else, so that a new member of a type needs no migration. Times in columns
// are milliseconds since 1970, ids and names are in lower case, placeholders
// are $1 and up, and every query names its columns: one SQL text runs on every
// database. What proves a person is encrypted before it reaches a column.
//
// Writing: every write is one transaction, and so is everything that happens
// in DB.Transaction. Transactions are serialised, or retried by the database's
// package, so that a function given to an update may run more than once but
// never sees a half-done neighbour. When a write returns without an error, it
// is on disk.
package store
