package detections_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/bench/detections"
)

func TestTable(t *testing.T) {
	var b bytes.Buffer
	if err := detections.Table(&b, io.Discard, detections.Options{Seeds: 1, Users: 300, Attacks: 2}); err != nil {
		t.Errorf("%v\n%s", err, b.String())
	}
	if !strings.Contains(b.String(), "passwordSpray") {
		t.Errorf("printed\n%s", b.String())
	}
}
