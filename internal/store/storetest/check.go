package storetest

import (
	"reflect"
	"testing"

	"github.com/sallyport-id/sallyport/internal/fault"
)

// must fails the test at once if err is one.
func must(t testing.TB, doing string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", doing, err)
	}
}

// wantKind reports an error that is not of a kind.
func wantKind(t testing.TB, doing string, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Errorf("%s: error %v, want kind %v", doing, err, kind)
	}
}

// same reports values that differ.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}
