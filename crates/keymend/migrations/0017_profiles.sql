-- Where people belong, as the directory said when it was asked last: what chooses their profiles. NULL: not asked yet.
ALTER TABLE accounts ADD COLUMN belonging TEXT;
ALTER TABLE accounts ADD COLUMN belonging_at BIGINT;
ALTER TABLE accounts ADD COLUMN privileged BOOLEAN NOT NULL DEFAULT FALSE;
-- The same for whom a flow is about, as the worker found.
ALTER TABLE flows ADD COLUMN belonging TEXT;
