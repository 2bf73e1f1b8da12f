-- What tenants know. An object is a row of lookup columns and its document.
-- Times are milliseconds since 1970, 0 for none; ids and names in lower case.

-- +goose Up

CREATE TABLE facts (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE tenants (
    tenant_id      TEXT    NOT NULL,
    id             TEXT    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL,
    label          TEXT    NOT NULL,
    doc            TEXT    NOT NULL,
    policy_version INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE tenant_domains (
    name      TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX tenant_domains_tenant ON tenant_domains (tenant_id);

CREATE TABLE users (
    tenant_id      TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id             TEXT NOT NULL,
    name           TEXT NOT NULL,
    label          TEXT NOT NULL,
    doc            TEXT NOT NULL,
    upn            TEXT NOT NULL,
    domain         TEXT NOT NULL,
    home_tenant_id TEXT,
    home_user_id   TEXT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, upn),
    UNIQUE (tenant_id, home_tenant_id, home_user_id)
) STRICT;
CREATE INDEX users_domain ON users (tenant_id, domain);

CREATE TABLE credentials (
    tenant_id TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    sealed    BLOB NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE passkeys (
    tenant_id  TEXT NOT NULL,
    credential TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, credential),
    FOREIGN KEY (tenant_id, user_id) REFERENCES credentials (tenant_id, user_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX passkeys_user ON passkeys (tenant_id, user_id);

CREATE TABLE lockouts (
    tenant_id TEXT    NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id        TEXT    NOT NULL,
    sealed    BLOB    NOT NULL,
    latest    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE groups (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id        TEXT NOT NULL,
    name      TEXT NOT NULL,
    label     TEXT NOT NULL,
    doc       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE group_members (
    tenant_id TEXT NOT NULL,
    group_id  TEXT NOT NULL,
    member_id TEXT NOT NULL,
    kind      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, group_id, member_id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX group_members_member ON group_members (tenant_id, member_id, group_id);

CREATE TABLE role_assignments (
    tenant_id    TEXT    NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    label        TEXT    NOT NULL,
    doc          TEXT    NOT NULL,
    role_id      TEXT    NOT NULL,
    principal_id TEXT    NOT NULL,
    scope        TEXT    NOT NULL,
    custom       INTEGER NOT NULL,
    from_at      INTEGER NOT NULL,
    until_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, principal_id, role_id, scope)
) STRICT;

CREATE TABLE applications (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id        TEXT NOT NULL,
    name      TEXT NOT NULL,
    label     TEXT NOT NULL,
    doc       TEXT NOT NULL,
    app_id    TEXT NOT NULL UNIQUE,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE application_identifiers (
    tenant_id      TEXT NOT NULL,
    uri            TEXT NOT NULL,
    application_id TEXT NOT NULL,
    PRIMARY KEY (uri, tenant_id),
    FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX application_identifiers_application ON application_identifiers (tenant_id, application_id);

CREATE TABLE service_principals (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id        TEXT NOT NULL,
    name      TEXT NOT NULL,
    label     TEXT NOT NULL,
    doc       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE service_principal_names (
    tenant_id            TEXT NOT NULL,
    name                 TEXT NOT NULL,
    service_principal_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, name),
    FOREIGN KEY (tenant_id, service_principal_id) REFERENCES service_principals (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX service_principal_names_owner ON service_principal_names (tenant_id, service_principal_id);

CREATE TABLE consents (
    tenant_id   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id          TEXT NOT NULL,
    name        TEXT NOT NULL,
    label       TEXT NOT NULL,
    doc         TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    user_id     TEXT NOT NULL, -- empty: everyone
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, client_id, resource_id, user_id)
) STRICT;
CREATE INDEX consents_user ON consents (tenant_id, user_id);
CREATE INDEX consents_resource ON consents (tenant_id, resource_id);

CREATE TABLE app_role_assignments (
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id           TEXT NOT NULL,
    name         TEXT NOT NULL,
    label        TEXT NOT NULL,
    doc          TEXT NOT NULL,
    resource_id  TEXT NOT NULL,
    principal_id TEXT NOT NULL,
    role_id      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, resource_id, principal_id, role_id)
) STRICT;
CREATE INDEX app_role_assignments_principal ON app_role_assignments (tenant_id, principal_id);

CREATE TABLE devices (
    tenant_id              TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id                     TEXT NOT NULL,
    name                   TEXT NOT NULL,
    label                  TEXT NOT NULL,
    doc                    TEXT NOT NULL,
    device_id              TEXT NOT NULL,
    key_thumbprint         TEXT NOT NULL,
    certificate_thumbprint TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, device_id)
) STRICT;
CREATE INDEX devices_key ON devices (tenant_id, key_thumbprint) WHERE key_thumbprint <> '';
CREATE INDEX devices_certificate ON devices (tenant_id, certificate_thumbprint) WHERE certificate_thumbprint <> '';

CREATE TABLE policies (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id        TEXT NOT NULL,
    name      TEXT NOT NULL,
    label     TEXT NOT NULL,
    doc       TEXT NOT NULL,
    state     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE named_locations (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id        TEXT NOT NULL,
    name      TEXT NOT NULL,
    label     TEXT NOT NULL,
    doc       TEXT NOT NULL,
    state     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE authentication_strengths (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id        TEXT NOT NULL,
    name      TEXT NOT NULL,
    label     TEXT NOT NULL,
    doc       TEXT NOT NULL,
    state     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE agreements (
    tenant_id TEXT    NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id        TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    label     TEXT    NOT NULL,
    doc       TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE acceptances (
    tenant_id    TEXT    NOT NULL,
    agreement_id TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    accepted     INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    until_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, agreement_id, user_id),
    FOREIGN KEY (tenant_id, agreement_id) REFERENCES agreements (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX acceptances_user ON acceptances (tenant_id, user_id);

-- The audit log outlives what it tells of, tenants included.
CREATE TABLE audit (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id      TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    actor_kind     TEXT    NOT NULL,
    actor_id       TEXT    NOT NULL,
    actor_name     TEXT    NOT NULL,
    actor_ip       TEXT    NOT NULL,
    correlation_id TEXT    NOT NULL,
    action         TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    object_id      TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    before_doc     TEXT    NOT NULL,
    after_doc      TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_object ON audit (tenant_id, object_id, id);
