-- Several passkeys of one account, as several apps; and whether the one that passed a gate knew its owner. A passkey
-- belongs to one account. Its counter of signatures is `used`.
DROP INDEX methods_one_of_a_kind;
CREATE UNIQUE INDEX methods_one_of_a_kind ON methods (account, kind) WHERE kind NOT IN ('app', 'passkey');
CREATE UNIQUE INDEX methods_one_owner ON methods (destination) WHERE kind = 'passkey';
ALTER TABLE methods ADD COLUMN backed_up BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE evidence ADD COLUMN verified BOOLEAN NOT NULL DEFAULT FALSE;
