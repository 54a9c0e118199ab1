-- Client assertions that were used, each once. Its id (jti) is what a client chose, so its SHA-256 is kept.
CREATE TABLE used_assertions (
  entity TEXT NOT NULL REFERENCES entities (uuid),
  id_digest BLOB NOT NULL,
  kept_until INTEGER NOT NULL,
  PRIMARY KEY (entity, id_digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX used_assertions_by_end ON used_assertions (kept_until);
