package snapshot_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/snapshot"
)

func TestComplete(t *testing.T) {
	tenant, err := snapshot.Read([]string{"../../examples/contoso"}, snapshot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const kenji, staff, sales = "05e40000-0000-4000-8000-000000000002", "94000000-0000-4000-8000-000000000002", "94000000-0000-4000-8000-000000000003"
	t.Run("a name becomes an id, with groups and kind", func(t *testing.T) {
		f := access.Facts{UserID: access.Known(access.UserID("Kenji.Sato@contoso.example"))}
		tenant.Complete(&f)
		if got := f.UserID.Or(""); got != kenji {
			t.Errorf("user %q", got)
		}
		if got := f.Groups.Or(nil); len(got) != 2 || got[0] != staff || got[1] != sales {
			t.Errorf("groups %v", got)
		}
		if f.UserType.Or(0) != access.Member {
			t.Errorf("user type %v", f.UserType)
		}
		if roles, known := f.Roles.Get(); !known || len(roles) != 0 {
			t.Errorf("roles %v, known %v", roles, known)
		}
	})
	t.Run("what the facts tell stays", func(t *testing.T) {
		f := access.Facts{UserID: access.Known(access.UserID(kenji)), Groups: access.Known([]access.GroupID{"x"}), Roles: access.Known([]access.RoleID{"y"}), UserType: access.Known(access.Guest)}
		tenant.Complete(&f)
		if f.Groups.Or(nil)[0] != "x" || f.Roles.Or(nil)[0] != "y" || f.UserType.Or(0) != access.Guest {
			t.Errorf("changed to %v %v %v", f.Groups, f.Roles, f.UserType)
		}
	})
	t.Run("a stranger stays unknown", func(t *testing.T) {
		f := access.Facts{UserID: access.Known(access.UserID("nobody@contoso.example"))}
		tenant.Complete(&f)
		if f.Groups.IsKnown() || f.Roles.IsKnown() || f.UserID.Or("") != "nobody@contoso.example" {
			t.Errorf("invented %+v", f)
		}
	})
}

func TestReadFile(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.gz")
	if err := os.WriteFile(path, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if called, data, err := snapshot.ReadFile(path, nil); err != nil || string(data) != "hello" || called != path {
		t.Errorf("got %q %q %v", called, data, err)
	}
	if called, data, err := snapshot.ReadFile("-", strings.NewReader("plain")); err != nil || string(data) != "plain" || called != "standard input" {
		t.Errorf("got %q %q %v", called, data, err)
	}
	if _, _, err := snapshot.ReadFile(path+"x", nil); err == nil || !strings.Contains(err.Error(), "a.gzx: cannot be read") {
		t.Errorf("got %v", err)
	}
}
