import type { Draft } from "../net/outbox";
import type { Entry, Friend, ID, Me, Room } from "../wire/types";
import type { Person } from "./people";

/** A room as it is kept on this device: `info` with its unread count and the read marks of all known members. */
export interface KeptRoom {
  info: Room;
  /** Where it stands in the list, in milliseconds. */
  activity: number;
  /** How many have yet to read, in large rooms. */
  steps: readonly (readonly [number, number])[];
}

/** The end of a room's log: entries up to the head of the room that was written with it. */
export interface KeptLog {
  id: ID;
  entries: readonly Entry[];
  tail: number;
}

/** What is kept of the person who was here last. */
export interface Kept {
  me: Me;
  /** Life of the server's store that the rooms belong to; empty when the list was not whole. */
  epoch: string;
  friends: readonly Friend[] | undefined;
  people: readonly Person[];
  rooms: readonly KeptRoom[];
  /** In the order in which they were written. */
  drafts: readonly Draft[];
}

/** What is to be written; what is left out stays as it is. */
export interface Changes {
  me?: Me;
  epoch?: string;
  friends?: readonly Friend[];
  people: readonly Person[];
  rooms: readonly KeptRoom[];
  logs: readonly KeptLog[];
  /** Rooms whose entries are not held any more. */
  unlogged: readonly ID[];
  /** Rooms that are no more. */
  gone: readonly ID[];
}

/**
 * Shelf is the place on this device where what is known outlives the page. It
 * may be missing, refuse, or be emptied at any time: every function can fail,
 * and whoever calls goes on without it. The server stays the truth.
 */
export interface Shelf {
  /** Everything but the entries; undefined when nobody was here. */
  load(): Promise<Kept | undefined>;
  /** The ends of the rooms' logs, of the person who was loaded. */
  logs(): Promise<readonly KeptLog[]>;
  /** Writes all the changes of a person, or none. Who saves is the person of the next `load`. */
  save(me: ID, changes: Changes): Promise<void>;
  /** Writes a draft, by its client id. */
  putDraft(me: ID, draft: Draft): Promise<void>;
  dropDraft(me: ID, client: ID): Promise<void>;
  /** Keeps a small picture; of many the last ones that were put or asked for stay. */
  putPicture(me: ID, id: ID, blob: Blob): Promise<void>;
  picture(me: ID, id: ID): Promise<Blob | undefined>;
  /** Deletes everything of the person. */
  clear(me: ID): Promise<void>;
}
