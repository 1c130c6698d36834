-- Counted against the budgets of its destination; a message that is tried again is counted once.
ALTER TABLE outbox ADD COLUMN counted BOOLEAN NOT NULL DEFAULT FALSE;
-- What gateways said of messages by their names for them: receipts may come before we have written down who took what.
CREATE TABLE receipts (
    gateway   TEXT NOT NULL,
    reference TEXT NOT NULL,
    state     TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (gateway, reference)
);
CREATE INDEX receipts_at ON receipts (at);
