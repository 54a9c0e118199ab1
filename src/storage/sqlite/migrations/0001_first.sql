-- Instants are milliseconds since 1970 in UTC, UUIDs and enumerations are texts as docs and wire write them,
-- ciphertexts stand beside the id of the data key that opens them. What must be unique, refer to something
-- or be there is said here; what is allowed is decided in core.

PRAGMA application_id = 1148678768;  -- "Dwrp", so that no other program's database is taken for a store

-- Facts that exist once a store.
CREATE TABLE meta (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  change_counter INTEGER NOT NULL,        -- counts the commits
  newest_commit INTEGER NOT NULL,         -- an instant
  signing_keys_changed INTEGER NOT NULL,  -- change_counter as of the last commit that touched signing_keys
  profile TEXT,
  public_base_url TEXT                    -- that it was last served under
) STRICT;
INSERT INTO meta VALUES (1, 0, 0, 0, NULL, NULL);

-- Never deleted: an id is not used twice.
CREATE TABLE entities (
  uuid TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  folded_id TEXT NOT NULL UNIQUE,  -- in lower case
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  status_before_suspension TEXT,
  tokens_not_before INTEGER,
  clock_shift INTEGER NOT NULL,  -- milliseconds
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  changed INTEGER NOT NULL  -- change_counter as of the last commit that touched it or its secrets
) STRICT;
CREATE INDEX entities_by_change ON entities (changed);

CREATE TABLE entity_secrets (
  entity TEXT NOT NULL REFERENCES entities (uuid),
  number INTEGER NOT NULL,
  digest BLOB NOT NULL,
  data_key TEXT NOT NULL,
  ciphertext BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  replaced_at INTEGER,
  ended_at INTEGER,
  last_used_at INTEGER,
  PRIMARY KEY (entity, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  uuid TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  mobile TEXT NOT NULL,
  status TEXT NOT NULL,
  status_before_suspension TEXT,
  operator_role INTEGER NOT NULL,
  credential_version INTEGER NOT NULL,
  password_hash TEXT NOT NULL,  -- PHC text, or empty
  password_set_at INTEGER,
  tokens_not_before INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE entity_admins (
  user TEXT NOT NULL REFERENCES users (uuid),
  entity TEXT NOT NULL REFERENCES entities (uuid),
  added_at INTEGER NOT NULL,
  PRIMARY KEY (user, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_admins_by_entity ON entity_admins (entity);

CREATE TABLE sign_in_addresses (
  user TEXT NOT NULL REFERENCES users (uuid),
  address_digest BLOB NOT NULL,
  last_used_at INTEGER NOT NULL,
  PRIMARY KEY (user, address_digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
  token_hash BLOB PRIMARY KEY,
  user TEXT NOT NULL REFERENCES users (uuid),
  purpose TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_user ON links (user, created_at);

-- `position` keeps the order in which rows came, also within a millisecond.
CREATE TABLE mails (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body_data_key TEXT NOT NULL,
  body BLOB NOT NULL,
  link_data_key TEXT,
  link BLOB,
  link_hash BLOB,  -- links.token_hash; stays when the link is erased
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  delivered_at INTEGER,
  last_error TEXT NOT NULL
) STRICT;
CREATE INDEX mails_by_attempt ON mails (state, next_attempt_at);
CREATE INDEX mails_by_link ON mails (link_hash) WHERE link IS NOT NULL;

CREATE TABLE data_keys (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  purpose TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE signing_keys (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  algorithm TEXT NOT NULL,
  state TEXT NOT NULL,
  data_key TEXT NOT NULL,
  private_key BLOB NOT NULL,
  certificate BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  activated_at INTEGER,
  retired_at INTEGER
) STRICT;

CREATE TABLE registry_records (
  entity TEXT PRIMARY KEY REFERENCES entities (uuid),
  name TEXT NOT NULL,
  entity_handle TEXT NOT NULL,  -- or empty
  folded_handle TEXT UNIQUE,    -- in lower case; null where there is no handle
  record TEXT NOT NULL          -- JSON, as the registry answers it
) STRICT, WITHOUT ROWID;

CREATE TABLE registry_certificates (
  kid TEXT PRIMARY KEY,
  entity TEXT NOT NULL REFERENCES registry_records (entity),
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX registry_certificates_by_entity ON registry_certificates (entity, position);

-- Token events come by the thousand a second: the rows lie in the order in which they come, and there is
-- no second index.
CREATE TABLE audit_records (
  chain INTEGER NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,  -- JSON
  hmac BLOB NOT NULL,
  PRIMARY KEY (chain, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_heads (
  chain INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,
  hmac BLOB NOT NULL
) STRICT;

CREATE TABLE sandbox_credentials (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  data_key TEXT NOT NULL,
  ciphertext BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
