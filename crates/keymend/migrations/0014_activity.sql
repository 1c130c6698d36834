-- What people see of their own account: where a session was begun, and when a method served last.
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE methods ADD COLUMN served BIGINT;
CREATE INDEX audit_account ON audit (account, id);

-- Every method that was ever bound, by its id: kept when the method goes, and when the account does.
CREATE TABLE bindings (
    id          TEXT PRIMARY KEY,
    account     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    destination TEXT NOT NULL,
    bound       BIGINT NOT NULL,
    bound_from  TEXT NOT NULL,
    ended       BIGINT,
    ended_from  TEXT
);
CREATE INDEX bindings_account ON bindings (account, bound);
INSERT INTO bindings (id, account, kind, destination, bound, bound_from)
    SELECT id, account, kind, destination, verified, '' FROM methods;
