-- People: accounts, sign-in, devices, friends
--
-- Every key begins with the shard of what the row is looked up by: the person's
-- id, or the phone number, handle, token or counter itself. Times are Unix
-- milliseconds. A person's rows in other people's lists are found through
-- known_by, so that nothing has to be searched in all shards.

CREATE TABLE users (
    shard          INTEGER NOT NULL,
    id             BYTEA   NOT NULL,
    kind           TEXT    NOT NULL,           -- person; placeholder: a speaker of an imported conversation
    name           TEXT    NOT NULL,
    status_message TEXT    NOT NULL,
    photo_id       BYTEA,
    handle         TEXT,
    phone          TEXT,                       -- E.164
    language       TEXT    NOT NULL,           -- BCP 47
    time_zone      TEXT    NOT NULL,           -- IANA
    country        TEXT    NOT NULL,           -- ISO 3166-1 alpha-2, empty when not known
    pin_hash       TEXT,                       -- argon2id; NULL: no PIN
    pin_failures   INTEGER NOT NULL,           -- since the last right one
    pin_wait_until BIGINT  NOT NULL,           -- no try before this
    is_admin       BOOLEAN NOT NULL,
    sandbox        BOOLEAN NOT NULL,
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    gone           TEXT,                       -- deleted, replaced: what ended the account; NULL: it lives
    gone_at        BIGINT,
    PRIMARY KEY (shard, id)
);

CREATE INDEX users_admin ON users (is_admin) WHERE is_admin;

CREATE TABLE phones (
    shard   INTEGER NOT NULL,                  -- of the phone
    phone   TEXT    NOT NULL,
    user_id BYTEA   NOT NULL,
    PRIMARY KEY (shard, phone)
);

CREATE TABLE handles (
    shard   INTEGER NOT NULL,                  -- of the handle
    handle  TEXT    NOT NULL,                  -- in lower case
    user_id BYTEA   NOT NULL,
    PRIMARY KEY (shard, handle)
);

CREATE TABLE consents (
    shard       INTEGER NOT NULL,
    user_id     BYTEA   NOT NULL,
    document    TEXT    NOT NULL,              -- terms, privacy
    version     TEXT    NOT NULL,
    accepted_at BIGINT  NOT NULL,
    PRIMARY KEY (shard, user_id, document, version)
);

CREATE TABLE devices (
    shard        INTEGER NOT NULL,
    user_id      BYTEA   NOT NULL,
    id           BYTEA   NOT NULL,
    name         TEXT    NOT NULL,
    client       TEXT    NOT NULL,             -- what its user agent said, in short
    token_hash   BYTEA   NOT NULL,
    created_at   BIGINT  NOT NULL,
    last_seen_at BIGINT  NOT NULL,
    revoked_at   BIGINT,
    PRIMARY KEY (shard, user_id, id)
);

CREATE TABLE tokens (
    shard     INTEGER NOT NULL,                -- of the hash
    hash      BYTEA   NOT NULL,                -- SHA-256 of the token
    user_id   BYTEA   NOT NULL,
    device_id BYTEA   NOT NULL,
    PRIMARY KEY (shard, hash)
);

CREATE TABLE codes (
    shard      INTEGER NOT NULL,               -- of the phone
    phone      TEXT    NOT NULL,
    purpose    TEXT    NOT NULL,               -- sign_in; or the id of the account whose number changes
    client     BYTEA   NOT NULL,               -- keyed hash of the asking client's binding
    code_hash  BYTEA   NOT NULL,               -- keyed
    tries      INTEGER NOT NULL,
    expires_at BIGINT  NOT NULL,
    PRIMARY KEY (shard, phone, purpose, client)
);

CREATE INDEX codes_expiry ON codes (expires_at);

CREATE TABLE limits (
    shard    INTEGER NOT NULL,                 -- of the key
    key      TEXT    NOT NULL,                 -- what is counted, such as "code number +821012345678"
    count    BIGINT  NOT NULL,
    ends_at  BIGINT  NOT NULL,                 -- the count begins anew after this
    PRIMARY KEY (shard, key)
);

CREATE INDEX limits_end ON limits (ends_at);

CREATE TABLE friends (
    shard      INTEGER NOT NULL,
    user_id    BYTEA   NOT NULL,               -- whose list
    friend_id  BYTEA   NOT NULL,               -- who is in it
    phone_tag  BYTEA,                          -- keyed hash of the number by which they were found
    nickname   TEXT    NOT NULL,
    favourite  BOOLEAN NOT NULL,
    hidden     BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (shard, user_id, friend_id)
);

CREATE TABLE known_by (
    shard      INTEGER NOT NULL,
    user_id    BYTEA   NOT NULL,               -- who is in a list
    owner_id   BYTEA   NOT NULL,               -- whose list
    phone_tag  BYTEA,
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (shard, user_id, owner_id)
);

CREATE TABLE blocks (
    shard      INTEGER NOT NULL,
    user_id    BYTEA   NOT NULL,               -- who blocks
    blocked_id BYTEA   NOT NULL,
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (shard, user_id, blocked_id)
);

CREATE TABLE leavings (                        -- who is gone and still in other people's lists
    shard   INTEGER NOT NULL,
    user_id BYTEA   NOT NULL,
    PRIMARY KEY (shard, user_id)
);

CREATE TABLE contact_books (
    shard    INTEGER NOT NULL,
    user_id  BYTEA   NOT NULL,
    began_at BIGINT  NOT NULL,                 -- when the first number was looked up
    used     BIGINT  NOT NULL,                 -- distinct numbers counted since
    tags     BYTEA   NOT NULL,                 -- see account/contacts.go
    PRIMARY KEY (shard, user_id)
);

CREATE TABLE setup_link (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    token_hash BYTEA   NOT NULL,
    created_at BIGINT  NOT NULL
);

CREATE TABLE sandbox_numbers (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    next BIGINT  NOT NULL
);
