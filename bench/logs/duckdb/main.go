//go:build duckdb

// Command duckdb counts result codes of a log with DuckDB, as one would with its
// own program: read_json and one group-by.
package main

import (
	"database/sql"
	"fmt"
	"os"

	_ "github.com/duckdb/duckdb-go/v2"
)

func main() {
	if err := count(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "duckdb:", err)
		os.Exit(2)
	}
}

func count(path string) error {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query("select status.errorCode, count(*) from read_json(?, format = 'newline_delimited', columns = {status: 'struct(errorCode bigint)'}) group by 1", path)
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
