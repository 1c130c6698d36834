-- Several passkeys of one account, as several apps; and whether the one that passed a gate knew its owner.
DROP INDEX methods_one_of_a_kind;
CREATE UNIQUE INDEX methods_one_of_a_kind ON methods (account, kind) WHERE kind NOT IN ('app', 'passkey');
ALTER TABLE evidence ADD COLUMN verified BOOLEAN NOT NULL DEFAULT FALSE;
