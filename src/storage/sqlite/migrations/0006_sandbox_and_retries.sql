-- Members that a sandbox's users made up.
CREATE TABLE mock_entities (
  entity TEXT PRIMARY KEY REFERENCES entities (uuid),
  user TEXT NOT NULL REFERENCES users (uuid)
) STRICT, WITHOUT ROWID;
CREATE INDEX mock_entities_by_user ON mock_entities (user);

-- Resets that came with an Idempotency-Key, as they were answered: a retry gets the same secret, which stands in
-- entity_secrets alone.
CREATE TABLE answered_resets (
  key_digest BLOB PRIMARY KEY,  -- covers the key, the user and the entity
  entity TEXT NOT NULL,
  number INTEGER NOT NULL,
  expiry_days INTEGER,  -- as it was asked for
  end_older INTEGER NOT NULL,
  txn_id TEXT NOT NULL,
  answered_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,  -- real time, as it was told
  message TEXT NOT NULL,
  FOREIGN KEY (entity, number) REFERENCES entity_secrets (entity, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX answered_resets_by_age ON answered_resets (answered_at);
CREATE INDEX answered_resets_by_secret ON answered_resets (entity, number);
