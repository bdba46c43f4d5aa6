// Generated from internal/wire by internal/wire/tsgen. Do not edit; run: go generate ./internal/wire/...

/** Type is what a message holds. */
export type Type = "text" | "photo" | "video" | "voice" | "file" | "contact" | "place" | "emoticon" | "card";

/**
 * Content is what a sender gives and what a message shows: exactly one type,
 * the object of that type, and what may stand beside any type. Text is the
 * body of a text message and the caption of a photo, video or file.
 */
export interface Content {
  type: Type;
  text?: string;
  photos?: Photo[];
  video?: Video;
  voice?: Voice;
  file?: File;
  contact?: Contact;
  place?: Place;
  emoticon?: Emoticon;
  card?: Card;
  /** seq of a message in the same room */
  reply_to?: number;
  /** in order of offset, not overlapping */
  mentions?: Mention[];
  /** set by the server */
  forwarded?: boolean;
}

/** Photo is one picture of a photo message (1 to MaxPhotos). */
export interface Photo {
  media_id: ID;
  /** pixels */
  width?: number;
  /** pixels */
  height?: number;
  /** placeholder, at most 100 characters */
  blur?: string;
}

/** Video is the film of a video message. */
export interface Video {
  media_id: ID;
  poster_id?: ID;
  width?: number;
  height?: number;
  duration_ms?: number;
}

/** Voice is the recording of a voice message. */
export interface Voice {
  media_id: ID;
  duration_ms?: number;
  /** at most 64 values, 0 to 255 */
  waveform?: number[];
}

/** File is any other file. Name is shown and offered when saving. */
export interface File {
  media_id: ID;
  /** 1 to 255 characters, no path */
  name: string;
  /** bytes */
  size?: number;
  mime?: string;
}

/** Contact is somebody's card: a user, or a name with a phone number. */
export interface Contact {
  name: string;
  user_id?: ID;
  /** E.164 */
  phone?: string;
}

/** Place is a point on the map (WGS 84 degrees). */
export interface Place {
  latitude: number;
  longitude: number;
  name?: string;
  address?: string;
}

/** Emoticon is one picture of an emoticon pack. */
export interface Emoticon {
  /** a-z 0-9 - _, 1 to 40 */
  pack: string;
  /** a-z 0-9 - _, 1 to 40 */
  id: string;
}

/**
 * Card is structured content with buttons. Later parts of the platform add
 * targets and carousels.
 */
export interface Card {
  /** 1 to 200 characters */
  title: string;
  /** at most 1,000 characters */
  description?: string;
  image_id?: ID;
  /** https or http */
  url?: string;
  /** at most 5 */
  buttons?: Button[];
}

/** Button is one button of a card. */
export interface Button {
  /** 1 to 40 characters */
  title: string;
  /** https or http */
  url: string;
}

/**
 * Mention marks Length bytes-independent characters of the text from Offset as
 * the name of a member. Both count UTF-16 units, as browsers and phones do.
 */
export interface Mention {
  user_id: ID;
  offset: number;
  length: number;
}

/** Kind is what a row of a room's log is. */
export type Kind = "message" | "edit" | "deletion" | "reaction" | "notice" | "hidden";

/**
 * Entry is one numbered row of a room's log as a client sees it. Edits,
 * deletions and reactions name their target and bring its present state with
 * them, so that a client which has the target only needs to replace it.
 */
export interface Entry extends Partial<Content> {
  seq: number;
  kind: Kind;
  sender_id?: ID;
  client_id?: ID;
  created_at?: Time;
  unread_by?: number;
  edited_at?: Time;
  /** deleted for all: no content is left */
  deleted?: boolean;
  reactions?: Reaction[];
  target_seq?: number;
  target?: Entry;
  emoji?: string;
  /** the reaction was taken back */
  removed?: boolean;
  notice?: Notice;
}

/**
 * Reaction is one emoji under a message and who chose it. UserIDs holds the
 * first 20; Count is exact.
 */
export interface Reaction {
  emoji: string;
  count: number;
  user_ids: ID[];
}

/** Event is what a notice tells. */
export type Event = "created" | "invited" | "joined" | "left" | "removed" | "renamed" | "role" | "pinned" | "unpinned" | "imported" | "text";

/**
 * Notice tells a change of the room. Clients make the sentence in the reader's
 * language from it.
 */
export interface Notice {
  event: Event;
  user_ids?: ID[];
  title?: string;
  role?: Role;
  text?: string;
}

/** Role is what a member of a group may do. */
export type Role = "owner" | "admin" | "member";

/** RoomKind is the kind of a room. */
export type RoomKind = "direct" | "group" | "memo";

/**
 * ID is a 128-bit identity of a user, device, room or message send, written as
 * a UUID (RFC 9562, section 4): 36 lower-case characters with hyphens. The zero
 * ID means "none" and is left out of JSON.
 */
export type ID = string;

/**
 * Time is a moment in Unix milliseconds, written in JSON as RFC 3339 in UTC
 * with exactly three decimals: "2026-11-23T09:00:00.000Z". Zero means "none".
 */
export type Time = string;

/** User is a person as others see them. */
export interface User {
  id: ID;
  name: string;
  handle?: string;
  status_message?: string;
  photo_id?: ID;
  /** the account is gone */
  deleted?: boolean;
  /** a speaker of an imported conversation */
  placeholder?: boolean;
}

/** Me is a person as they see themselves. */
export interface Me extends User {
  phone: string;
  language: string;
  time_zone: string;
  country: string;
  has_pin: boolean;
  admin?: boolean;
}

/** Friend is somebody in the friend list, with the marks on the relation. */
export interface Friend extends User {
  /** when the two know each other's numbers */
  phone?: string;
  /** what the owner of the list calls them */
  nickname?: string;
  favourite?: boolean;
  hidden?: boolean;
  blocked?: boolean;
}

/** Device is one signed-in client of a person. */
export interface Device {
  id: ID;
  name: string;
  /** browser and system, when known */
  client?: string;
  created_at: Time;
  last_seen_at: Time;
  current?: boolean;
}

/** Room is a conversation as one member sees it. */
export interface Room {
  id: ID;
  kind: RoomKind;
  /** of groups that have one */
  title?: string;
  head_seq: number;
  /** entries below are no more, or not for this member */
  tail_seq: number;
  joined_seq: number;
  read_seq: number;
  unread: number;
  /** in groups */
  role?: Role;
  muted_until?: Time;
  pinned?: boolean;
  /** Notice is the message that is up as the notice of the room. */
  notice?: RoomNotice;
  /** what this member has begun to write */
  draft?: Draft;
  last_message?: Entry;
  member_count: number;
  /**
   * Members are all of them in rooms of up to 20, the first 20 otherwise;
   * the rest is in GET /v1/rooms/{id}/members.
   */
  members: Member[];
}

/** RoomNotice is a message that a member put up for all, as it stands now. */
export interface RoomNotice {
  seq: number;
  /** who put it up */
  user_id: ID;
  pinned_at: Time;
  message: Entry;
}

/** Draft is what a person has begun to write in a room and not sent. */
export interface Draft {
  text: string;
  /** message of the room that it answers */
  reply_to?: number;
  updated_at: Time;
}

/** Member is a user in a room. */
export interface Member {
  user_id: ID;
  name: string;
  photo_id?: ID;
  role?: Role;
  joined_seq: number;
  read_seq: number;
  placeholder?: boolean;
}
