package sqlite_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/sqlite"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
)

// victim names the folder in which a child of the test writes until it is
// killed.
const victim = "SALLYPORT_TEST_VICTIM"

func TestMain(m *testing.M) {
	if folder := os.Getenv(victim); folder != "" {
		if err := writeUntilKilled(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled appends pairs of records, one pair in a transaction, from
// several goroutines, and prints a pair's number once it is acknowledged.
func writeUntilKilled(folder string) error {
	sealer, err := store.OpenKeyring(filepath.Join(folder, "keys.json"))
	if err != nil {
		return err
	}
	ctx := context.Background()
	db, err := sqlite.Open(ctx, filepath.Join(folder, "sallyport.db"), store.Options{Sealer: sealer})
	if err != nil {
		return err
	}
	var wait sync.WaitGroup
	var printing sync.Mutex
	failed := make(chan error, 4)
	for worker := range 4 {
		wait.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d", worker, i)
				err := db.Transaction(ctx, func(ctx context.Context) error {
					for range 2 {
						if err := db.SignIns().Append(ctx, store.SignIn{Time: storetest.Now, RequestID: id, Payload: json.RawMessage("{}")}); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					failed <- err
					return
				}
				printing.Lock()
				fmt.Println(id)
				printing.Unlock()
			}
		})
	}
	wait.Wait()
	return <-failed
}

// TestKill kills a writing process at several moments: every transaction that
// was acknowledged is there, whole, and so is none by half.
func TestKill(t *testing.T) {
	folder := t.TempDir()
	acknowledged := map[string]bool{}
	for round := range 3 {
		for _, id := range killAfter(t, folder, 40+60*round) {
			acknowledged[fmt.Sprintf("%d", round)+" "+id] = true
		}
	}
	sealer, err := store.OpenKeyring(filepath.Join(folder, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	db := openFile(t, filepath.Join(folder, "sallyport.db"), store.Options{Sealer: sealer})
	found := map[string]int{}
	for r, err := range db.SignIns().Stream(t.Context(), store.SignInQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		found[r.RequestID]++
	}
	times := map[string]int{} // how often each pair was acknowledged, over the rounds
	for id := range acknowledged {
		_, pair, _ := strings.Cut(id, " ")
		times[pair]++
	}
	for pair, n := range times {
		if found[pair] < 2*n {
			t.Errorf("pair %s was acknowledged %d times, but %d of its records are there", pair, n, found[pair])
		}
	}
	for pair, n := range found {
		if n%2 != 0 {
			t.Errorf("pair %s is there by half", pair)
		}
	}
	var verdict string
	if err := openRaw(t, filepath.Join(folder, "sallyport.db")).QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity: %q, %v", verdict, err)
	}
}

// killAfter runs a victim until it acknowledged so many pairs, kills it and
// returns all that it acknowledged.
func killAfter(t *testing.T, folder string, pairs int) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), victim+"="+folder)
	child.Stderr = os.Stderr
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		ids = append(ids, lines.Text())
		if len(ids) == pairs {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	child.Wait() // it was killed: the error says so
	if len(ids) < pairs {
		t.Fatalf("the victim ended after %d acknowledged pairs, want %d", len(ids), pairs)
	}
	return ids
}
