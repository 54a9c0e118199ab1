-- Where the master key is that a data key was wrapped with last, in words, for who comes with another one; empty and
-- null where it is the one that the store was made with.
ALTER TABLE data_keys ADD COLUMN master_key_place TEXT NOT NULL DEFAULT '';
ALTER TABLE data_keys ADD COLUMN wrapped_anew_at INTEGER;
