-- The sign-in log. It has no foreign keys: it outlives what it tells of.

-- +goose Up

CREATE TABLE signins (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id      TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    user_id        TEXT    NOT NULL,
    app_id         TEXT    NOT NULL,
    request_id     TEXT    NOT NULL,
    correlation_id TEXT    NOT NULL,
    code           INTEGER NOT NULL,
    category       TEXT    NOT NULL,
    payload        TEXT    NOT NULL
) STRICT;
CREATE INDEX signins_tenant ON signins (tenant_id, seq);
CREATE INDEX signins_user ON signins (tenant_id, user_id, seq);
CREATE INDEX signins_request ON signins (request_id);
CREATE INDEX signins_correlation ON signins (correlation_id);
CREATE INDEX signins_at ON signins (at);
