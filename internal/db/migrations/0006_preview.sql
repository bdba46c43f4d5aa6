-- Link previews: what pages said of themselves
--
-- A cache: every row can go at any time.

-- all
CREATE TABLE link_preview (
    shard       INTEGER NOT NULL,              -- of the hash
    hash        BYTEA   NOT NULL,              -- SHA-256 of the address as it was written
    expires_at  BIGINT  NOT NULL,
    found       BOOLEAN NOT NULL,              -- false: there was nothing to show
    url         TEXT    NOT NULL,              -- where redirects led
    site        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    description TEXT    NOT NULL,
    picture     BYTEA,                         -- JPEG
    width       INTEGER NOT NULL,              -- of the picture, pixels
    height      INTEGER NOT NULL,
    PRIMARY KEY (shard, hash)
);
CREATE INDEX link_preview_expiry ON link_preview (expires_at);
