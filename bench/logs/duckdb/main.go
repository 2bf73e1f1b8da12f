//go:build duckdb

// Command duckdb counts result codes of a log with DuckDB, as one would with its
// own program: read_json and one group-by. It is told the one member to look at;
// with a second argument it finds the members out by itself.
package main

import (
	"database/sql"
	"fmt"
	"os"

	_ "github.com/duckdb/duckdb-go/v2"
)

func main() {
	if err := count(os.Args[1], len(os.Args) > 2); err != nil {
		fmt.Fprintln(os.Stderr, "duckdb:", err)
		os.Exit(2)
	}
}

func count(path string, find bool) error {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	query := "select status.errorCode, count(*) from read_json(?, format = 'newline_delimited', columns = {status: 'struct(errorCode bigint)'}) group by 1"
	if find {
		query = "select status.errorCode, count(*) from read_json(?, format = 'newline_delimited') group by 1"
	}
	rows, err := db.Query(query, path)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var code, n int64
		if err := rows.Scan(&code, &n); err != nil {
			return err
		}
		fmt.Println(code, n)
	}
	return rows.Err()
}
