-- Room log: heads, entries, members, keys, feeds (PostgreSQL only)
--
-- The rows of internal/chat/roomlog/pglog. On one node with SQLite they lie in
-- Pebble. Records are those of internal/chat/roomlog/record.go.

-- only postgres
CREATE TABLE roomlog_epoch (
    one   BOOLEAN PRIMARY KEY CHECK (one),
    epoch TEXT NOT NULL
);

-- The row of a shard is locked by every commit of the shard, on all nodes.
CREATE TABLE roomlog_shard (
    shard INTEGER PRIMARY KEY,
    pos   BIGINT NOT NULL                      -- number of the last feed row
) WITH (fillfactor = 10);                      -- room for updates in place

CREATE TABLE roomlog_head (
    shard  INTEGER NOT NULL,
    room   BYTEA   NOT NULL,
    record BYTEA   NOT NULL,
    PRIMARY KEY (shard, room)
) WITH (fillfactor = 70);

CREATE TABLE roomlog_entry (
    shard  INTEGER NOT NULL,
    room   BYTEA   NOT NULL,
    seq    BIGINT  NOT NULL,
    record BYTEA   NOT NULL,
    PRIMARY KEY (shard, room, seq)
);

CREATE TABLE roomlog_member (
    shard  INTEGER NOT NULL,
    room   BYTEA   NOT NULL,
    member BYTEA   NOT NULL,
    record BYTEA   NOT NULL,
    PRIMARY KEY (shard, room, member)
) WITH (fillfactor = 70);

CREATE TABLE roomlog_key (
    shard  INTEGER NOT NULL,
    room   BYTEA   NOT NULL,
    sender BYTEA   NOT NULL,
    client BYTEA   NOT NULL,
    seq    BIGINT  NOT NULL,
    hash   BIGINT  NOT NULL,                   -- the 64 bits, as a signed number
    PRIMARY KEY (shard, room, sender, client)
);

CREATE TABLE roomlog_hide (
    shard  INTEGER NOT NULL,
    room   BYTEA   NOT NULL,
    member BYTEA   NOT NULL,
    seq    BIGINT  NOT NULL,
    PRIMARY KEY (shard, room, member, seq)
);

CREATE TABLE roomlog_feed (
    shard  INTEGER NOT NULL,
    pos    BIGINT  NOT NULL,
    token  BIGINT  NOT NULL,                   -- random, tells whose commit it was
    record BYTEA   NOT NULL,
    PRIMARY KEY (shard, pos)
);
-- all
