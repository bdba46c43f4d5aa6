-- Push: where devices are woken, how people want it, how far it is
--
-- What was sent follows the feeds of the room log by a cursor. Nothing is
-- written for a message that wakes nobody.

-- all
CREATE TABLE push_subscription (
    shard        INTEGER NOT NULL,             -- of the person
    user_id      BYTEA   NOT NULL,
    device_id    BYTEA   NOT NULL,
    kind         TEXT    NOT NULL,             -- web, apns, fcm
    address      TEXT    NOT NULL,             -- endpoint or token; a secret
    address_hash BYTEA   NOT NULL,             -- SHA-256 of kind and address
    p256dh       BYTEA,                        -- of web
    auth         BYTEA,                        -- of web
    created_at   BIGINT  NOT NULL,
    PRIMARY KEY (shard, user_id, device_id)
);
CREATE INDEX push_subscription_address ON push_subscription (address_hash);

CREATE TABLE push_setting (
    shard   INTEGER NOT NULL,                  -- of the person
    user_id BYTEA   NOT NULL,
    preview BOOLEAN NOT NULL,                  -- notifications show who says what
    quiet   TEXT    NOT NULL,                  -- hours of the week, JSON
    PRIMARY KEY (shard, user_id)
);

-- How far each shard's feed is. A round goes over the rows after pos up to
-- round_end, room by room and in each by people: all up to (room_id, user_id) are
-- done.
CREATE TABLE push_cursor (
    shard     INTEGER NOT NULL PRIMARY KEY,
    epoch     TEXT    NOT NULL,                -- life of the log that pos is of
    pos       BIGINT  NOT NULL,
    round_end BIGINT  NOT NULL,                -- 0: no round is under way
    room_id   BYTEA,                           -- NULL: none yet
    user_id   BYTEA
);

-- What a person's devices show of a room, until it is read.
CREATE TABLE push_shown (
    shard   INTEGER NOT NULL,                  -- of the person
    user_id BYTEA   NOT NULL,
    room_id BYTEA   NOT NULL,
    seq     BIGINT  NOT NULL,                  -- the message shown
    at      BIGINT  NOT NULL,                  -- since when
    PRIMARY KEY (shard, user_id, room_id)
);
CREATE INDEX push_shown_at ON push_shown (at);

-- What a service could not take: the device's notification of the room is
-- brought up to date at due_at.
CREATE TABLE push_retry (
    shard     INTEGER NOT NULL,                -- of the person
    user_id   BYTEA   NOT NULL,
    device_id BYTEA   NOT NULL,
    room_id   BYTEA   NOT NULL,
    tries     INTEGER NOT NULL,
    wanted    BIGINT  NOT NULL,                -- counts what came since, so that none of it is missed
    due_at    BIGINT  NOT NULL,
    PRIMARY KEY (shard, user_id, device_id, room_id)
);
CREATE INDEX push_retry_due ON push_retry (due_at);
