-- When a message was first due, and the gateway that was asked last; empty where none was.
ALTER TABLE outbox ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
UPDATE outbox SET since = due;
ALTER TABLE outbox ADD COLUMN gateway TEXT NOT NULL DEFAULT '';
