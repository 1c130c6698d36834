-- Several authenticator apps of one account, and the newest step of each whose code was taken. Built anew, since
-- SQLite cannot drop the rule that there is one method of a kind.
CREATE TABLE methods_with_apps (
    id          TEXT PRIMARY KEY,
    account     TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL,
    destination TEXT NOT NULL,
    sealed      BYTEA NOT NULL,
    verified    BIGINT NOT NULL,
    usable_from BIGINT NOT NULL,
    used        BIGINT NOT NULL DEFAULT -1
);
INSERT INTO methods_with_apps (id, account, kind, destination, sealed, verified, usable_from)
    SELECT id, account, kind, destination, sealed, verified, usable_from FROM methods;
DROP TABLE methods;
ALTER TABLE methods_with_apps RENAME TO methods;
CREATE INDEX methods_account ON methods (account);
CREATE INDEX methods_destination ON methods (destination);
CREATE UNIQUE INDEX methods_one_of_a_kind ON methods (account, kind) WHERE kind <> 'app';
