-- Records come in the order of time, or nearly so: this index grows at its end.
CREATE INDEX audit_records_by_time ON audit_records (at);

-- Where retention has removed the beginning of a chain: the last record that it removed.
CREATE TABLE audit_anchors (
  chain INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,
  hmac BLOB NOT NULL,
  seal BLOB NOT NULL
) STRICT;

-- Tokens of entities by the hour (its first instant).
CREATE TABLE token_counts (
  hour INTEGER NOT NULL,
  entity TEXT NOT NULL,  -- empty: calls that named none that exists
  issued INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  PRIMARY KEY (hour, entity)
) STRICT, WITHOUT ROWID;
