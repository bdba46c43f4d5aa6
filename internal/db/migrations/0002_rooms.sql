-- Rooms: who is in which room, invitations, files
--
-- The log of a room is the truth. room and member are made from it, and can be
-- made again; control says up to which change of the room they are right. What
-- a person set for themselves (muted_until, pinned_at) stands here alone.

CREATE TABLE room (
    shard      INTEGER NOT NULL,               -- of the room
    id         BYTEA   NOT NULL,
    kind       TEXT    NOT NULL,               -- direct, group, memo
    title      TEXT    NOT NULL,
    creator    BYTEA   NOT NULL,
    created_at BIGINT  NOT NULL,
    members    BIGINT  NOT NULL,               -- present ones
    control    BIGINT  NOT NULL,               -- all member rows are right up to this
    PRIMARY KEY (shard, id)
);

CREATE TABLE member (
    shard       INTEGER NOT NULL,              -- of the person
    user_id     BYTEA   NOT NULL,
    room_id     BYTEA   NOT NULL,
    role        INTEGER NOT NULL,
    present     BOOLEAN NOT NULL,
    joined_seq  BIGINT  NOT NULL,
    control     BIGINT  NOT NULL,              -- of the room when this row was read from its log
    muted_until BIGINT  NOT NULL,              -- 0: not muted
    pinned_at   BIGINT  NOT NULL,              -- 0: not pinned
    PRIMARY KEY (shard, user_id, room_id)
);

-- How far each shard's feed is in room and member.
CREATE TABLE projection_cursor (
    shard INTEGER NOT NULL,
    pos   BIGINT  NOT NULL,
    PRIMARY KEY (shard)
);

-- The life of the logs from which room and member were made.
CREATE TABLE projection_epoch (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT    NOT NULL
);

CREATE TABLE invite (
    shard      INTEGER NOT NULL,               -- of the room
    room_id    BYTEA   NOT NULL,
    hash       BYTEA   NOT NULL,               -- SHA-256 of the secret in the link
    created_by BYTEA   NOT NULL,
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL,
    PRIMARY KEY (shard, room_id, hash)
);

-- Who stands for which speaker of an imported conversation.
CREATE TABLE import_speaker (
    shard   INTEGER NOT NULL,                  -- of the room
    room_id BYTEA   NOT NULL,
    hash    BYTEA   NOT NULL,                  -- SHA-256 of the name as it is written there
    user_id BYTEA   NOT NULL,
    PRIMARY KEY (shard, room_id, hash)
);

CREATE TABLE media (
    shard      INTEGER NOT NULL,               -- of the file
    id         BYTEA   NOT NULL,
    owner      BYTEA   NOT NULL,
    kind       TEXT    NOT NULL,               -- photo, video, voice, file
    state      TEXT    NOT NULL,               -- ready
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (shard, id)
);
