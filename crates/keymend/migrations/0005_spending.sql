-- What a message cost, in ten-thousandths of the unit of the operator's currency.
ALTER TABLE deliveries ADD COLUMN price BIGINT NOT NULL DEFAULT 0;
