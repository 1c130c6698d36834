-- When a code proved something; 0 where it did not.
ALTER TABLE deliveries ADD COLUMN used BIGINT NOT NULL DEFAULT 0;
-- Countries (ISO 3166-1) whose numbers get no codes when they are being registered.
CREATE TABLE stops (
    country TEXT PRIMARY KEY,
    since   BIGINT NOT NULL,
    until   BIGINT NOT NULL
);
