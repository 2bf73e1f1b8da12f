package sqlite_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
)

// BenchmarkAppend measures acknowledged records of the sign-in log, one
// transaction each, by how many write at once.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 4, 32} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			db := openFile(b, filepath.Join(b.TempDir(), "sallyport.db"), storetest.Options(b))
			payload := json.RawMessage(`{"filler":"` + fmt.Sprintf("%01500d", 0) + `"}`)
			var n atomic.Int64
			b.SetParallelism(writers)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := n.Add(1)
					err := db.SignIns().Append(b.Context(), store.SignIn{
						TenantID: "t", Time: storetest.Now, UserID: "u", AppID: "a", RequestID: fmt.Sprint("r", i), CorrelationID: "c", Payload: payload,
					})
					if err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

// BenchmarkRefresh measures the rotation of a refresh token with its record.
func BenchmarkRefresh(b *testing.B) {
	for _, writers := range []int{1, 32} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			db := openFile(b, filepath.Join(b.TempDir(), "sallyport.db"), storetest.Options(b))
			tenant := storetest.Tenant(b, db, "contoso.example")
			ann := storetest.User(b, db, tenant, "ann")
			b.SetParallelism(writers)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				grant := storetest.Grant(ann, "11111111-1111-4111-8111-111111111111")
				key := storetest.Key()
				if err := db.Grants().Create(b.Context(), grant, &session.RefreshToken{Key: key, Issued: storetest.Now}); err != nil {
					b.Error(err)
				}
				for pb.Next() {
					next := storetest.Key()
					err := db.Grants().Use(b.Context(), key, func(g *session.Grant, t *session.RefreshToken) (*session.RefreshToken, error) {
						if p := g.Present(t, g.Client, storetest.Now, 30*time.Second); p != session.Usable {
							return nil, fmt.Errorf("presented: %d", p)
						}
						return &session.RefreshToken{Key: next, Issued: storetest.Now}, nil
					})
					if err != nil {
						b.Error(err)
					}
					key = next
				}
			})
		})
	}
}

// BenchmarkRead measures what every request reads.
func BenchmarkRead(b *testing.B) {
	db := openFile(b, filepath.Join(b.TempDir(), "sallyport.db"), storetest.Options(b))
	tenant := storetest.Tenant(b, db, "contoso.example")
	ann := storetest.User(b, db, tenant, "ann")
	inner := storetest.Group(b, db, tenant, "inner", directory.GroupMember{Kind: directory.MemberUser, ID: directory.MemberID(ann.ID)})
	storetest.Group(b, db, tenant, "outer", directory.GroupMember{Kind: directory.MemberGroup, ID: directory.MemberID(inner.ID)})
	// Others' memberships, which nobody should have to read.
	var others []directory.GroupMember
	for range 2000 {
		others = append(others, directory.GroupMember{Kind: directory.MemberDevice, ID: directory.MemberID(storetest.ID())})
	}
	storetest.Group(b, db, tenant, "others", others...)
	d := db.Directory()
	for name, read := range map[string]func() error{
		"user": func() error { _, err := d.Users.ByName(b.Context(), tenant.ID, ann.UserPrincipalName); return err },
		"groups": func() error {
			_, err := d.Memberships.TransitiveGroups(b.Context(), tenant.ID, directory.MemberID(ann.ID))
			return err
		},
		"roles": func() error {
			_, err := d.RoleAssignments.RolesOf(b.Context(), tenant.ID, directory.PrincipalID(ann.ID), storetest.Now)
			return err
		},
		"version": func() error {
			_, err := d.PolicySets.PolicyVersion(b.Context(), access.TenantID(tenant.ID))
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := read(); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
