-- When a key is published, signs, and goes, planned or done; and how long the tokens last that it signs.
CREATE TABLE planned_signing_keys (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  algorithm TEXT NOT NULL,
  rsa_bits INTEGER NOT NULL,        -- or 0
  state TEXT NOT NULL,
  data_key TEXT NOT NULL,           -- empty with private_key
  private_key BLOB NOT NULL,        -- empty once it may sign no more and is not published
  certificate BLOB NOT NULL,
  published_at INTEGER NOT NULL,
  signs_from INTEGER NOT NULL,
  signed_until INTEGER,
  token_lifetime INTEGER NOT NULL,  -- milliseconds
  published_until INTEGER
) STRICT;

-- Until now every key was RS256 of 2048 bits, the first and only one; its token lifetime is set at the next start.
INSERT INTO planned_signing_keys
SELECT position, id, algorithm, 2048, state, data_key, private_key, certificate, created_at,
       coalesce(activated_at, created_at), retired_at, 0, NULL
FROM signing_keys;

DROP TABLE signing_keys;
ALTER TABLE planned_signing_keys RENAME TO signing_keys;
