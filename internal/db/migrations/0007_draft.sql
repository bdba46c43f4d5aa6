-- Drafts: what people have begun to write and not sent
--
-- Like what they set for themselves about a room, it stands here alone. A row
-- without text remembers when the draft was removed, so that an older one that
-- comes late does not bring it back.

-- all
CREATE TABLE draft (
    shard      INTEGER NOT NULL,               -- of the person
    user_id    BYTEA   NOT NULL,
    room_id    BYTEA   NOT NULL,
    text       TEXT    NOT NULL,               -- empty: removed
    reply_to   BIGINT  NOT NULL,               -- message of the room; 0: none
    updated_at BIGINT  NOT NULL,               -- when the person wrote it
    PRIMARY KEY (shard, user_id, room_id)
);
