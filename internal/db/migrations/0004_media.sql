-- Files: uploads, what was made of them, and which entries name them
--
-- Until now the table held test files of the sandbox alone, with no bytes behind
-- them.

-- all
DROP TABLE media;
CREATE TABLE media (
    shard       INTEGER NOT NULL,              -- of the file
    id          BYTEA   NOT NULL,
    owner       BYTEA   NOT NULL,              -- who uploaded it
    kind        TEXT    NOT NULL,              -- photo, video, voice, file
    state       TEXT    NOT NULL,              -- uploading, storing, ready, doomed (about to go)
    created_at  BIGINT  NOT NULL,
    look_at     BIGINT  NOT NULL,              -- when to see whether it is still wanted
    name        TEXT    NOT NULL,              -- as the sender called it
    upload_size BIGINT  NOT NULL,              -- bytes announced
    upload_at   BIGINT  NOT NULL,              -- bytes received
    given       TEXT    NOT NULL,              -- what the sender said of a recording, JSON
    -- What it is; empty until it is ready.
    mime        TEXT    NOT NULL DEFAULT '',
    size        BIGINT  NOT NULL DEFAULT 0,    -- bytes
    width       INTEGER NOT NULL DEFAULT 0,    -- pixels
    height      INTEGER NOT NULL DEFAULT 0,
    duration_ms BIGINT  NOT NULL DEFAULT 0,
    blur        TEXT    NOT NULL DEFAULT '',
    waveform    BYTEA,
    hash        BYTEA,                         -- SHA-256 of the content; names the objects
    PRIMARY KEY (shard, id)
);
CREATE INDEX media_owner ON media (owner, state);
CREATE INDEX media_day ON media (owner, created_at);
CREATE INDEX media_hash ON media (hash);
CREATE INDEX media_look ON media (look_at);

-- The pieces in which an upload came in, one object each.
CREATE TABLE media_piece (
    shard  INTEGER NOT NULL,
    id     BYTEA   NOT NULL,
    start  BIGINT  NOT NULL,                   -- place of its first byte
    size   BIGINT  NOT NULL,
    object TEXT    NOT NULL,
    PRIMARY KEY (shard, id, start)
);

-- Content, which several files can share. Its row is locked while it is put or
-- removed.
CREATE TABLE media_content (
    hash   BYTEA  NOT NULL PRIMARY KEY,
    put_at BIGINT NOT NULL                     -- when it was put last
);

CREATE INDEX users_photo ON users (photo_id);

-- only postgres
CREATE TABLE roomlog_grant (
    shard INTEGER NOT NULL,                    -- of the room
    media BYTEA   NOT NULL,
    room  BYTEA   NOT NULL,
    seq   BIGINT  NOT NULL,
    PRIMARY KEY (shard, media, room, seq)
);
CREATE INDEX roomlog_grant_media ON roomlog_grant (media, room, seq);
-- all
