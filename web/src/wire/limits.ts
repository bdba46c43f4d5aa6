// Generated from internal/wire by internal/wire/tsgen. Do not edit; run: go generate ./internal/wire/...

/**
 * maxTextGraphemes is the length of a text in characters as people count
 * them (Unicode text segmentation, UAX #29).
 */
export const maxTextGraphemes = 10_000;

/**
 * maxTextBytes bounds a text before its characters are counted; Korean
 * text of full length takes half of it.
 */
export const maxTextBytes = 65_536;

/** maxFrameBytes is the largest frame that a socket takes from a client. */
export const maxFrameBytes = 131_072;

/** maxBodyBytes is the largest REST body, except where a call says more. */
export const maxBodyBytes = 131_072;

/** maxContactsBytes is the largest body of POST /v1/contacts. */
export const maxContactsBytes = 1_048_576;

/** maxJSONDepth is how deep arrays and objects may nest. */
export const maxJSONDepth = 16;

/** maxBatch is how many calls one frame may hold. */
export const maxBatch = 64;

/** maxInFlight is how many unanswered calls a socket may have. */
export const maxInFlight = 256;

/** maxGroupMembers is the size of a group. */
export const maxGroupMembers = 3_000;

/** maxInvite is how many people one call may invite. */
export const maxInvite = 100;

/** maxMentions is how many people one message may mention. */
export const maxMentions = 50;

/** maxReactions is how many different emoji a message can carry. */
export const maxReactions = 20;

/** maxPhotos is how many photos one message holds. */
export const maxPhotos = 30;

/** maxPinnedRooms is how many rooms a person can pin. */
export const maxPinnedRooms = 20;

/** maxDrafts is in how many rooms a person can have begun to write. */
export const maxDrafts = 100;

/** maxTitleGraphemes is the length of a room's title. */
export const maxTitleGraphemes = 100;

/** maxPage is the largest limit of a page of entries; 50 when not given. */
export const maxPage = 200;

/** maxSyncRooms is how many rooms one sync or have call may name. */
export const maxSyncRooms = 1_000;

/** maxSyncEntries is how many entries one sync answer holds for a room. */
export const maxSyncEntries = 100;

/**
 * smallRoom is the size up to which every read mark and typing sign is
 * passed on at once; in larger rooms read marks go out gathered.
 */
export const smallRoom = 100;

/** editWindowMs is how long after sending a text can be edited. */
export const editWindowMs = 900_000;

/** typingTTLMs is how long a typing sign holds without another. */
export const typingTTLMs = 5_000;

/**
 * sendRate is how many messages a second an account may send, on average;
 * bursts of SendBurst are taken.
 */
export const sendRate = 20;

export const sendBurst = 60;
