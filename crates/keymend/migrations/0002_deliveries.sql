-- What became of messages that a gateway took. No number, no address and no text: a blind index of the destination.
CREATE TABLE deliveries (
    job         TEXT PRIMARY KEY,
    at          BIGINT NOT NULL,
    channel     TEXT NOT NULL,
    gateway     TEXT NOT NULL,
    country     TEXT NOT NULL,
    destination TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    reference   TEXT NOT NULL,
    state       TEXT NOT NULL,
    told        BIGINT NOT NULL
);
CREATE INDEX deliveries_destination ON deliveries (destination, at);
CREATE INDEX deliveries_reference ON deliveries (gateway, reference);
CREATE INDEX deliveries_at ON deliveries (at);
