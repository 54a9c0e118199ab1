-- Tokens that were revoked by their id (jti), until they would have expired.
CREATE TABLE revoked_tokens (
  id TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL,
  changed INTEGER NOT NULL  -- change_counter as of the commit that revoked it
) STRICT, WITHOUT ROWID;
CREATE INDEX revoked_tokens_by_change ON revoked_tokens (changed);
CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);
