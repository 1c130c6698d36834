-- Whoever asked for it sits in a known network; and the message was counted for the reserve that such networks have.
ALTER TABLE outbox ADD COLUMN known BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE outbox ADD COLUMN drawn BOOLEAN NOT NULL DEFAULT FALSE;
