-- What readiness reads of everybody is in the index, in the order in which everybody is read: no row is looked up.
DROP INDEX methods_account;
CREATE INDEX methods_account ON methods (account, kind, usable_from);
