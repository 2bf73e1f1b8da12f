package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestServeTellsAllFaults wants a line for each setting that is wrong, unlike
// the verbs that read data: an operator mends a file in one go.
func TestServeTellsAllFaults(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wrong.yaml")
	if err := os.WriteFile(file, []byte("listen: nowhere\ntls:\n  mode: on\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := start(t, "", "serve", "--config", file)
	want := []string{
		"sallyport serve: " + file + `:1:9: listen is "nowhere"; host:port is expected, as in localhost:8080`,
		"sallyport serve: " + file + `:3:9: tls.mode is "on"; one of off, local, files is expected`,
		"sallyport serve: 2 settings are wrong",
	}
	if got.exit != exitBadInput || got.out != "" || !equal(lines(got.err), want) {
		t.Errorf("exit %d, stdout %q, stderr:\n%s", got.exit, got.out, got.err)
	}
}
