package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// entry is an audit entry that is to be written.
type entry struct {
	change        directory.Change
	tenant        access.TenantID
	action        string
	kind          string
	id, name      string
	before, after any
}

// write appends the entry in the running transaction.
func (e entry) write(ctx context.Context, q Queryer) error {
	before, err := redacted(e.before)
	if err != nil {
		return err
	}
	after, err := redacted(e.after)
	if err != nil {
		return err
	}
	by := e.change.By
	_, err = exec(ctx, q, "INSERT INTO audit (tenant_id, at, actor_kind, actor_id, actor_name, actor_ip, correlation_id, action, kind, object_id, name, before_doc, after_doc)"+
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
		e.tenant, millis(e.change.At), by.Kind, by.ID, by.Name, by.IP, e.change.Correlation, e.action, e.kind, e.id, e.name, before, after)
	return err
}

// redacted returns the document of what the audit log may show of v; empty for
// nothing.
func redacted(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	if secretive, ok := v.(directory.Redacted); ok {
		v = secretive.Redacted()
	}
	return encode(v)
}

// Audit returns entries, newest first.
func (db *DB) Audit(ctx context.Context, query directory.AuditQuery) ([]directory.AuditEntry, error) {
	var w where
	w.add("tenant_id = ", directory.Fold(query.TenantID), query.TenantID != "")
	w.add("kind = ", query.Kind, query.Kind != "")
	w.add("object_id = ", directory.Fold(query.Object), query.Object != "")
	w.add("at >= ", millis(query.From), !query.From.IsZero())
	w.add("at < ", millis(query.Until), !query.Until.IsZero())
	w.add("id < ", query.Before, query.Before != 0)
	limit := w.place(directory.Page{Limit: query.Limit}.Size())
	var entries []directory.AuditEntry
	err := each(ctx, db.reader(ctx), func(rows *sql.Rows) error {
		var (
			e             directory.AuditEntry
			at            int64
			before, after string
		)
		err := rows.Scan(&e.ID, &e.TenantID, &at, &e.By.Kind, &e.By.ID, &e.By.Name, &e.By.IP, &e.Correlation, &e.Action, &e.Kind, &e.ObjectID, &e.Name, &before, &after)
		e.At, e.Before, e.After = instant(at), document(before), document(after)
		entries = append(entries, e)
		return err
	}, "SELECT id, tenant_id, at, actor_kind, actor_id, actor_name, actor_ip, correlation_id, action, kind, object_id, name, before_doc, after_doc FROM audit"+
		w.clause()+" ORDER BY id DESC LIMIT "+limit, w.args...)
	return entries, db.failure(err)
}

// document returns a column's JSON; nothing is null.
func document(s string) json.RawMessage {
	if s == "" {
		return json.RawMessage("null")
	}
	return json.RawMessage(s)
}

// where is the condition of a query with its arguments.
type where struct {
	conditions []string
	args       []any
}

// place adds an argument and returns its placeholder.
func (w *where) place(arg any) string {
	w.args = append(w.args, arg)
	return fmt.Sprintf("$%d", len(w.args))
}

// add adds a condition, left of a placeholder, if it is wanted.
func (w *where) add(condition string, arg any, wanted bool) {
	if wanted {
		w.conditions = append(w.conditions, condition+w.place(arg))
	}
}

// clause returns the WHERE clause; empty if there is no condition.
func (w *where) clause() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}
