package store

import (
	"context"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
)

// Purge removes sessions, codes, grants and shelved values that were over at
// an instant, and guesses at names that nobody has once they do not count any
// more. It returns how many rows went. A code stays for a day after its end, so
// that a late replay still revokes what the code became.
func (db *DB) Purge(ctx context.Context, now time.Time) (int64, error) {
	const day = 24 * time.Hour
	var total int64
	for _, step := range []struct {
		query  string
		before time.Time
	}{
		{"DELETE FROM sessions WHERE expires <= $1", now},
		{"DELETE FROM codes WHERE expires <= $1", now.Add(-day)},
		{"DELETE FROM grants WHERE expires <= $1", now},
		{"DELETE FROM shelves WHERE expires <= $1 AND expires <> 0", now},
		{"DELETE FROM lockouts WHERE latest <= $1 AND id LIKE 'upn:%'", now.Add(-directory.FailureMemory)},
	} {
		// One transaction each: a long one would keep others from writing.
		err := db.write(ctx, func(ctx context.Context, q Queryer) error {
			removed, err := exec(ctx, q, step.query, millis(step.before))
			total += removed
			return err
		})
		if err != nil {
			return total, err
		}
	}
	return total, nil
}
