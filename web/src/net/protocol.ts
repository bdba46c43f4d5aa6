/**
 * The calls of the socket with their parameters and results, and what the
 * server says by itself (docs/protocol.md).
 */
import type { Content, Device, Draft, Entry, ID, Me, Mention, Room, Time } from "../wire/types";

export interface HelloParams {
  device?: { name?: string; client?: string };
  language?: string;
  time_zone?: string;
}

export interface Hello {
  user: Me;
  device_id: ID;
  session: string;
  epoch: string;
  time: Time;
  /** Somebody sleeps who would be woken for what this device has: it is to say what that is. */
  have_wanted: boolean;
}

export interface Sent {
  seq: number;
  id: string;
  created_at: Time;
}

export interface Page {
  entries: Entry[];
  head_seq: number;
  tail_seq: number;
  epoch: string;
}

export interface SyncRoom {
  room_id: ID;
  entries: Entry[];
  head_seq: number;
  tail_seq: number;
  read_seq: number;
  unread: number;
  /** There is more after the last entry. */
  more?: boolean;
}

export interface SyncAnswer {
  epoch: string;
  /** The numbers that were sent belong to another life of the store. */
  reset?: boolean;
  rooms?: SyncRoom[];
  new?: ID[];
  gone?: ID[];
}

export type SendParams = Content & { room_id: ID; client_id: ID };

/** Without `updated_at` it was written now; one older than what is kept changes nothing. */
export type DraftChange = Pick<Draft, "text" | "reply_to"> & Partial<Pick<Draft, "updated_at">>;

interface Call<P, R> {
  params: P;
  result: R;
}

type Nothing = Record<string, never>;

/** Every call by its method. */
export interface Calls {
  hello: Call<HelloParams, Hello>;
  ping: Call<Nothing, Nothing>;
  sync: Call<{ epoch: string; rooms: Record<ID, number> }, SyncAnswer>;
  rooms: Call<{ limit?: number; cursor?: string }, { rooms: Room[]; next_cursor?: string; epoch: string }>;
  have: Call<{ rooms: Record<ID, number> }, Nothing>;
  typing: Call<{ room_id: ID }, Nothing>;
  "room.open": Call<{ room_id: ID | null }, Nothing>;
  /** Answers what is kept now. */
  "room.draft": Call<DraftChange & { room_id: ID }, { draft?: Draft }>;
  "room.read": Call<{ room_id: ID; seq: number }, Nothing>;
  "room.messages": Call<{ room_id: ID; before?: number; after?: number; limit?: number }, Page>;
  "message.send": Call<SendParams, Sent>;
  "message.edit": Call<{ room_id: ID; seq: number; text: string; mentions?: Mention[] }, { seq: number }>;
  "message.delete": Call<{ room_id: ID; seq: number; for: "all" | "me" }, { seq?: number }>;
  "message.forward": Call<
    { room_id: ID; seq: number; to_room_ids: ID[]; client_ids: ID[] },
    { sent: (Sent & { room_id: ID })[] }
  >;
  "message.react": Call<{ room_id: ID; seq: number; emoji: string; remove?: boolean }, { seq: number }>;
}

export type Method = keyof Calls;

/** What the server says by itself, by its method. */
export interface Notices {
  entry: { room_id: ID; entry: Entry };
  /** One person's mark, or in large rooms how many have yet to read each message. */
  read: { room_id: ID; user_id?: ID; seq?: number; unread_by?: [number, number][] };
  typing: { room_id: ID; user_id: ID };
  room: { room_id: ID; room?: Room; gone?: boolean };
  /** What another device of this person has begun to write there; missing when removed. */
  draft: { room_id: ID; draft?: Draft };
  device: { device: Device; event: string };
  people: { event: string; user_id: ID };
  have_wanted: Nothing;
  resync: { epoch: string };
  bye: { code: number; message: string; reconnect_after_ms?: number };
}

/** One notification as a union over its method. */
export type Notice = { [M in keyof Notices]: { method: M; params: Notices[M] } }[keyof Notices];

/** Close codes with a meaning for us; any other close is a lost line. */
export const close = {
  /** Too slow to receive: come back at once and ask for what is missing. */
  resume: 4000,
  /** This device is signed out. */
  signedOut: 4001,
} as const;
