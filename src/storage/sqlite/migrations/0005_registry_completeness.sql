-- What registration writes is complete; what is imported need not be, and is not listed until it is.
ALTER TABLE registry_records ADD COLUMN complete INTEGER NOT NULL DEFAULT 1;
