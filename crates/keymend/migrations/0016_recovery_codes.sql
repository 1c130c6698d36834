-- Recovery codes: of each only a keyed digest, and when it was used. A set is a method and goes with it.
CREATE TABLE recovery_codes (
    method  TEXT NOT NULL REFERENCES methods (id) ON DELETE CASCADE,
    look_up TEXT NOT NULL,
    digest  TEXT NOT NULL,
    used    BIGINT,
    PRIMARY KEY (method, look_up)
);
