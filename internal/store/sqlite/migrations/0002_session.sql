-- What is remembered of people who signed in. secret_key is the SHA-256 of
-- what the holder presents.

-- +goose Up

CREATE TABLE sessions (
    id         TEXT    NOT NULL PRIMARY KEY,
    secret_key TEXT    NOT NULL UNIQUE,
    last_used  INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    doc        TEXT    NOT NULL
) STRICT;
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE session_users (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    tenant_id  TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    PRIMARY KEY (session_id, tenant_id, user_id)
) STRICT;
CREATE INDEX session_users_user ON session_users (tenant_id, user_id);

CREATE TABLE codes (
    secret_key TEXT    NOT NULL PRIMARY KEY,
    tenant_id  TEXT    NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    user_id    TEXT    NOT NULL,
    expires    INTEGER NOT NULL,
    doc        TEXT    NOT NULL
) STRICT;
CREATE INDEX codes_expires ON codes (expires);
CREATE INDEX codes_tenant ON codes (tenant_id);

CREATE TABLE grants (
    id         TEXT    NOT NULL PRIMARY KEY,
    tenant_id  TEXT    NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    user_id    TEXT    NOT NULL,
    client_id  TEXT    NOT NULL,
    session_id TEXT    NOT NULL,
    last_used  INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    revoked    INTEGER NOT NULL,
    doc        TEXT    NOT NULL
) STRICT;
CREATE INDEX grants_user ON grants (tenant_id, user_id);
CREATE INDEX grants_session ON grants (session_id);
CREATE INDEX grants_expires ON grants (expires);

CREATE TABLE refresh_tokens (
    secret_key TEXT    NOT NULL PRIMARY KEY,
    grant_id   TEXT    NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    issued     INTEGER NOT NULL,
    used       INTEGER NOT NULL
) STRICT;
CREATE INDEX refresh_tokens_grant ON refresh_tokens (grant_id, issued);

CREATE TABLE shelves (
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    expires INTEGER NOT NULL,
    sealed  BLOB    NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX shelves_expires ON shelves (expires) WHERE expires <> 0;
