package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/store"
)

// record returns a record of the sign-in log.
func record(i int, user access.UserID, code int) store.SignIn {
	return store.SignIn{
		TenantID: "11111111-1111-4111-8111-111111111111", Time: Now.Add(time.Duration(i) * time.Second), UserID: user, AppID: "a",
		RequestID: fmt.Sprintf("r-%d", i), CorrelationID: fmt.Sprintf("c-%d", i/2), Code: code, Category: "interactiveUser",
		Payload: json.RawMessage(fmt.Sprintf(`{"n":%d}`, i)),
	}
}

func (s suite) signIns(t *testing.T) {
	db := s.open(t)
	ctx, log := t.Context(), db.SignIns()
	must(t, "append", log.Append(ctx, record(0, "ann", 0), record(1, "bob", 53003), record(2, "ann", 53003)))
	must(t, "append nothing", log.Append(ctx))
	bad := record(4, "ann", 0)
	bad.Payload = json.RawMessage(`{`)
	wantKind(t, "append a broken one", log.Append(ctx, record(3, "ann", 0), bad), fault.Invalid)
	blocked := 53003
	for name, test := range map[string]struct {
		query store.SignInQuery
		want  []string
	}{
		"all":            {store.SignInQuery{}, []string{"r-2", "r-1", "r-0"}},
		"by user":        {store.SignInQuery{UserID: "ANN"}, []string{"r-2", "r-0"}},
		"by code":        {store.SignInQuery{Code: &blocked, UserID: "ann"}, []string{"r-2"}},
		"by success":     {store.SignInQuery{Code: new(int)}, []string{"r-0"}},
		"by request":     {store.SignInQuery{RequestID: "r-1"}, []string{"r-1"}},
		"by correlation": {store.SignInQuery{CorrelationID: "c-0"}, []string{"r-1", "r-0"}},
		"by time":        {store.SignInQuery{From: Now.Add(time.Second), Until: Now.Add(2 * time.Second)}, []string{"r-1"}},
		"by category":    {store.SignInQuery{Category: "servicePrincipal"}, nil},
		"limited":        {store.SignInQuery{Limit: 1}, []string{"r-2"}},
		"other tenant":   {store.SignInQuery{TenantID: "x"}, nil},
	} {
		records, err := log.Find(ctx, test.query)
		must(t, "find "+name, err)
		var got []string
		for _, r := range records {
			got = append(got, r.RequestID)
		}
		same(t, "records "+name, got, test.want)
	}
	records, err := log.Find(ctx, store.SignInQuery{Limit: 2})
	must(t, "first page", err)
	same(t, "payload", string(records[0].Payload), `{"n":2}`)
	same(t, "time", records[0].Time, Now.Add(2*time.Second))
	records, err = log.Find(ctx, store.SignInQuery{After: records[1].Seq})
	must(t, "second page", err)
	same(t, "records of the second page", len(records), 1)
	removed, err := log.RemoveBefore(ctx, Now.Add(time.Second))
	must(t, "remove", err)
	same(t, "records removed", removed, int64(1))
}

func (s suite) stream(t *testing.T) {
	db := s.open(t)
	ctx, log := t.Context(), db.SignIns()
	const count = 2500 // more than two pages
	records := make([]store.SignIn, count)
	for i := range records {
		records[i] = record(i, access.UserID([]string{"ann", "bob"}[i%2]), 0)
	}
	must(t, "append", log.Append(ctx, records...))
	for name, test := range map[string]struct {
		query store.SignInQuery
		want  int
	}{
		"all": {store.SignInQuery{}, count}, "ann's": {store.SignInQuery{UserID: "ann"}, count / 2}, "some": {store.SignInQuery{Limit: 1200}, 1200}, "a page": {store.SignInQuery{Limit: 1000}, 1000},
	} {
		n, last := 0, int64(0)
		for r, err := range log.Stream(ctx, test.query) {
			must(t, "stream", err)
			if r.Seq <= last {
				t.Fatalf("record %d comes after %d", r.Seq, last)
			}
			n, last = n+1, r.Seq
		}
		same(t, "records of "+name, n, test.want)
	}
	for range log.Stream(ctx, store.SignInQuery{}) {
		break // ends without a trace
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	failures := 0
	for _, err := range log.Stream(cancelled, store.SignInQuery{}) {
		if err == nil {
			t.Fatal("a cancelled stream yields a record")
		}
		failures++
	}
	same(t, "errors of a cancelled stream", failures, 1)
}

func (s suite) transaction(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann, bob := NewUser(tenant, "ann"), NewUser(tenant, "bob")
	boom := errors.New("boom")
	err := db.Transaction(ctx, func(ctx context.Context) error {
		must(t, "create in a transaction", d.Users.Create(ctx, Change(), &ann))
		got, err := d.Users.Get(ctx, tenant.ID, ann.ID)
		must(t, "read own write", err)
		same(t, "own write", got, ann)
		must(t, "append in a transaction", db.SignIns().Append(ctx, record(1, ann.ID, 0)))
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("transaction that fails: %v", err)
	}
	_, err = d.Users.Get(ctx, tenant.ID, ann.ID)
	wantKind(t, "what a failed transaction created", err, fault.NotFound)
	must(t, "transaction", db.Transaction(ctx, func(ctx context.Context) error {
		if err := d.Users.Create(ctx, Change(), &ann); err != nil {
			return err
		}
		return d.Users.Create(ctx, Change(), &bob)
	}))
	users, err := d.Users.List(ctx, tenant.ID, directory.Page{})
	must(t, "list", err)
	same(t, "users", len(users), 2)
	records, err := db.SignIns().Find(ctx, store.SignInQuery{})
	must(t, "find", err)
	same(t, "records of the failed transaction", len(records), 0)
}

func (s suite) nestedTransaction(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann, bob, eve := NewUser(tenant, "ann"), NewUser(tenant, "bob"), NewUser(tenant, "eve")
	boom := errors.New("boom")
	must(t, "transaction", db.Transaction(ctx, func(ctx context.Context) error {
		must(t, "create", d.Users.Create(ctx, Change(), &ann))
		inner := db.Transaction(ctx, func(ctx context.Context) error {
			must(t, "create inside", d.Users.Create(ctx, Change(), &bob))
			return boom
		})
		if !errors.Is(inner, boom) {
			t.Errorf("inner transaction: %v", inner)
		}
		twin := ann
		wantKind(t, "a failing write inside", d.Users.Create(ctx, Change(), &twin), fault.Conflict)
		return d.Users.Create(ctx, Change(), &eve)
	}))
	users, err := d.Users.List(ctx, tenant.ID, directory.Page{})
	must(t, "list", err)
	same(t, "users", len(users), 2)
	_, err = d.Users.Get(ctx, tenant.ID, bob.ID)
	wantKind(t, "what the failed inner transaction created", err, fault.NotFound)
}

// twoWriters proves that no update is lost.
func (s suite) twoWriters(t *testing.T) {
	db := s.open(t)
	ctx, notes := t.Context(), store.ShelfOf[note](db, "note")
	must(t, "create", notes.Create(ctx, "n", time.Time{}, note{}))
	const each = 25
	together(4, func(int) {
		for range each {
			_, err := notes.Update(ctx, "n", func(n *note, _ *time.Time) error { n.N++; return nil })
			if err != nil {
				t.Errorf("update: %v", err)
			}
		}
	})
	got, err := notes.Get(ctx, "n")
	must(t, "get", err)
	same(t, "updates that count", got.N, 4*each)
}

// failedNeighbour proves that transactions that run at the same time as one
// that fails, panics or breaks a rule are whole.
func (s suite) failedNeighbour(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	boom := errors.New("boom")
	const count = 48
	users := make([]directory.User, count)
	for i := range users {
		users[i] = NewUser(tenant, fmt.Sprintf("user%d", i))
	}
	together(count, func(i int) {
		defer func() { recover() }() // of every third
		err := db.Transaction(ctx, func(ctx context.Context) error {
			if err := d.Users.Create(ctx, Change(), &users[i]); err != nil {
				return err
			}
			switch i % 3 {
			case 1:
				return boom
			case 2:
				panic(boom)
			}
			return nil
		})
		if i%3 == 0 && err != nil || i%3 == 1 && !errors.Is(err, boom) {
			t.Errorf("transaction %d: %v", i, err)
		}
	})
	for i := range users {
		_, err := d.Users.Get(ctx, tenant.ID, users[i].ID)
		if i%3 == 0 {
			must(t, fmt.Sprintf("user %d", i), err)
		} else {
			wantKind(t, fmt.Sprintf("user %d", i), err, fault.NotFound)
		}
	}
	entries, err := d.Audit.Audit(ctx, directory.AuditQuery{TenantID: tenant.ID, Kind: "user"})
	must(t, "audit", err)
	same(t, "audit entries", len(entries), count/3)
}

func (s suite) cancelled(t *testing.T) {
	db := s.open(t)
	d := db.Directory()
	tenant := Tenant(t, db, "contoso.example")
	ann := NewUser(tenant, "ann")
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Transaction(ctx, func(ctx context.Context) error {
		if err := d.Users.Create(ctx, Change(), &ann); err != nil {
			return err
		}
		cancel()
		_, err := d.Users.Get(ctx, tenant.ID, ann.ID)
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("transaction whose context ends: %v", err)
	}
	_, err = d.Users.Get(t.Context(), tenant.ID, ann.ID)
	wantKind(t, "what it created", err, fault.NotFound)
	if err := d.Users.Create(ctx, Change(), &ann); !errors.Is(err, context.Canceled) {
		t.Errorf("create with an ended context: %v", err)
	}
	must(t, "create after all", d.Users.Create(t.Context(), Change(), &ann))
}

func (s suite) closed(t *testing.T) {
	db := s.open(t)
	must(t, "ping", db.Ping(t.Context()))
	must(t, "close", db.Close())
	if err := db.Ping(t.Context()); err == nil {
		t.Error("a closed store answers")
	}
	if err := db.SignIns().Append(t.Context(), record(1, "ann", 0)); err == nil {
		t.Error("a closed store keeps records")
	}
}
