-- Rows of one lane wait for no other lane.
ALTER TABLE outbox ADD COLUMN lane TEXT NOT NULL DEFAULT 'notice';
UPDATE outbox SET lane = 'text' WHERE urgency = 0;
DROP INDEX outbox_due;
ALTER TABLE outbox DROP COLUMN urgency;
CREATE INDEX outbox_due ON outbox (lane, due) WHERE state = 'queued';
