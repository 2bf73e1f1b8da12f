package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var embedded embed.FS

// latest asks migrate for the newest version.
const latest = 0

// migrations returns the steps, numbered SQL files.
func migrations() fs.FS {
	files, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return files
}

// migrate brings a database up to a version, each step in one transaction. It
// refuses a database that a newer program wrote.
func migrate(ctx context.Context, db *sql.DB, steps fs.FS, version int64) error {
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, steps)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the version of the database: %w", err)
	}
	sources := provider.ListSources()
	newest := sources[len(sources)-1].Version
	switch {
	case have > newest:
		return fmt.Errorf("the database is of version %d, written by a newer program; this one knows versions up to %d", have, newest)
	case version == latest:
		_, err = provider.Up(ctx)
	default:
		_, err = provider.UpTo(ctx, version)
	}
	if err != nil {
		return fmt.Errorf("migrate the database from version %d: %w", have, err)
	}
	return nil
}
