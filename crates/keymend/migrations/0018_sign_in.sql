-- Sign-ins that are under way at an identity provider: by the digest of what it gives back, for one browser, once.
CREATE TABLE pending_sign_ins (
    state    TEXT PRIMARY KEY,
    browser  TEXT NOT NULL,
    provider TEXT NOT NULL,
    sealed   BYTEA NOT NULL,
    expires  BIGINT NOT NULL
);

-- The provider that a session came from, and the token by which it is told that the session is over, sealed.
CREATE TABLE provider_sessions (
    session  TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    hint     BYTEA NOT NULL
);

-- Claim codes, one at a time for each person of a directory. The code is its keyed digest.
CREATE TABLE claims (
    directory TEXT NOT NULL,
    subject   TEXT NOT NULL,
    name      TEXT NOT NULL,
    lookup    TEXT NOT NULL UNIQUE,
    digest    TEXT NOT NULL,
    made      BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    PRIMARY KEY (directory, subject)
);
