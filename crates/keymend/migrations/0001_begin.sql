-- One text for SQLite and PostgreSQL: TEXT, BIGINT, BOOLEAN, BYTEA only; times are Unix milliseconds.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- People as this installation knows them: one row for each entry of a directory that ever signed in.
CREATE TABLE accounts (
    id        TEXT PRIMARY KEY,
    directory TEXT NOT NULL,
    subject   TEXT NOT NULL,
    name      TEXT NOT NULL,
    language  TEXT NOT NULL,
    finished  BIGINT,
    confirmed BIGINT,
    frozen    BIGINT,
    -- Raised whenever all sessions end; a sign-in that began before is void.
    epoch     BIGINT NOT NULL DEFAULT 0,
    created   BIGINT NOT NULL,
    UNIQUE (directory, subject)
);

CREATE TABLE methods (
    id          TEXT PRIMARY KEY,
    account     TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL,
    destination TEXT NOT NULL,
    sealed      BYTEA NOT NULL,
    verified    BIGINT NOT NULL,
    usable_from BIGINT NOT NULL,
    UNIQUE (account, kind)
);
CREATE INDEX methods_destination ON methods (destination);

CREATE TABLE flows (
    id       TEXT PRIMARY KEY,
    cookie   BYTEA NOT NULL UNIQUE,
    name_key TEXT NOT NULL,
    name     BYTEA NOT NULL,
    language TEXT NOT NULL,
    account  TEXT,
    privileged BOOLEAN NOT NULL,
    resolved BOOLEAN NOT NULL,
    state    TEXT NOT NULL,
    body     TEXT NOT NULL,
    version  BIGINT NOT NULL,
    -- Where the code of this challenge really went. NULL: it went nowhere.
    challenge TEXT,
    delivered TEXT,
    expires  BIGINT NOT NULL
);
CREATE INDEX flows_account ON flows (account);
CREATE INDEX flows_expires ON flows (expires);

-- A gate that was passed. The keys say what policy says: a kind, a destination and a challenge serve once.
CREATE TABLE evidence (
    flow        TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    goal        TEXT NOT NULL,
    gate        BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    way         TEXT NOT NULL,
    destination TEXT NOT NULL,
    challenge   TEXT NOT NULL UNIQUE,
    at          BIGINT NOT NULL,
    PRIMARY KEY (flow, goal, gate),
    UNIQUE (flow, kind),
    UNIQUE (flow, destination)
);

-- The intent to write to a directory. It cannot exist without the evidence that it points at: this
-- is the rule of the flow said once more, where no code can forget it.
CREATE TABLE writes (
    flow    TEXT PRIMARY KEY REFERENCES flows (id) ON DELETE CASCADE,
    goal    TEXT NOT NULL,
    needed  BIGINT NOT NULL CHECK (needed BETWEEN 1 AND 3),
    gate_1  BIGINT NOT NULL,
    gate_2  BIGINT,
    gate_3  BIGINT,
    outcome TEXT NOT NULL,
    at      BIGINT NOT NULL,
    CHECK (needed < 2 OR gate_2 IS NOT NULL),
    CHECK (needed < 3 OR gate_3 IS NOT NULL),
    CHECK (gate_2 IS NULL OR gate_1 < gate_2),
    CHECK (gate_3 IS NULL OR gate_2 < gate_3),
    FOREIGN KEY (flow, goal, gate_1) REFERENCES evidence (flow, goal, gate) ON DELETE CASCADE,
    FOREIGN KEY (flow, goal, gate_2) REFERENCES evidence (flow, goal, gate) ON DELETE CASCADE,
    FOREIGN KEY (flow, goal, gate_3) REFERENCES evidence (flow, goal, gate) ON DELETE CASCADE
);

CREATE TABLE sessions (
    id          TEXT PRIMARY KEY,
    token       BYTEA NOT NULL UNIQUE,
    account     TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    must_change BOOLEAN NOT NULL,
    visit       BYTEA NOT NULL,
    version     BIGINT NOT NULL,
    seen        BIGINT NOT NULL,
    expires     BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE throttles (
    bucket BYTEA PRIMARY KEY,
    count  BIGINT NOT NULL,
    until  BIGINT NOT NULL
);
CREATE INDEX throttles_until ON throttles (until);

CREATE TABLE outbox (
    id       TEXT PRIMARY KEY,
    urgency  BIGINT NOT NULL,
    due      BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    state    TEXT NOT NULL,
    payload  BYTEA,
    reason   TEXT NOT NULL,
    settled  BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (urgency, due) WHERE state = 'queued';
CREATE INDEX outbox_settled ON outbox (settled) WHERE state <> 'queued';

CREATE TABLE audit (
    id      TEXT PRIMARY KEY,
    at      BIGINT NOT NULL,
    event   TEXT NOT NULL,
    account TEXT,
    flow    TEXT,
    source  TEXT NOT NULL,
    detail  TEXT NOT NULL
);

-- Links of notices: "this wasn't me".
CREATE TABLE notices (
    token   BYTEA PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    event   TEXT NOT NULL,
    expires BIGINT NOT NULL,
    used    BIGINT
);
CREATE INDEX notices_expires ON notices (expires);

-- The built-in directory.
CREATE TABLE local_accounts (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    password     TEXT NOT NULL,
    history      TEXT NOT NULL,
    groups       TEXT NOT NULL,
    enabled      BOOLEAN NOT NULL,
    must_change  BOOLEAN NOT NULL,
    failures     BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    last_write   TEXT NOT NULL
);

-- What the demo would have sent.
CREATE TABLE demo_messages (
    id        TEXT PRIMARY KEY,
    channel   TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject   TEXT NOT NULL,
    body      TEXT NOT NULL,
    sent_at   BIGINT NOT NULL
);
