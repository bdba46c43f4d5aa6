/** What a push carries (docs/protocol.md, "Notifications"). */
export interface Payload {
  type: "message" | "read" | "test";
  room_id?: string;
  seq?: number;
  title?: string;
  body?: string;
  badge?: number;
  created_at?: string;
}

/** What we keep with a notification that is shown. */
export interface NoteData {
  room?: string;
  seq: number;
}

/** A notification that is on the screen, as far as it matters here. */
export interface Shown {
  title: string;
  body: string;
  data: NoteData;
}

/** Labels that the worker cannot look up by itself; the page brings them. */
export interface Words {
  read?: string;
}

/** The options of a notification that browsers know and TypeScript does not. */
export interface NoteOptions extends NotificationOptions {
  renotify?: boolean;
  timestamp?: number;
  actions?: { action: string; title: string }[];
}

export interface Note {
  title: string;
  options: NoteOptions & { data: NoteData };
}

/** Each room has one notification, which the next message of the room replaces. */
export function tagOf(room: string | undefined): string {
  return room === undefined ? "test" : `room:${room}`;
}

/**
 * The notification of a message. One that comes again, or late, makes no
 * second sound, and what is newer stays to be read.
 */
export function noteOf(payload: Payload, shown: Shown | undefined, words: Words): Note {
  const { room_id: room, seq = 0, title = "", body = "", created_at } = payload;
  const repeated = shown !== undefined && shown.data.seq >= seq;
  const newer = shown !== undefined && shown.data.seq > seq ? shown : undefined;
  const actions =
    room === undefined || words.read === undefined ? [] : [{ action: "read", title: words.read }];
  return {
    title: newer?.title ?? title,
    options: {
      body: newer?.body ?? body,
      tag: tagOf(room),
      renotify: !repeated,
      silent: repeated,
      icon: "/icons/icon-192.png",
      badge: "/icons/badge-96.png",
      actions,
      data: { ...(room === undefined ? {} : { room }), seq: newer?.data.seq ?? seq },
      ...(created_at === undefined ? {} : { timestamp: Date.parse(created_at) }),
    },
  };
}

/** Whether a notification of a room goes when everything up to a number was read. */
export function takenBack(shown: NoteData, upTo: number): boolean {
  return shown.seq <= upTo;
}

/** Where a tap on a notification leads. */
export function placeOfNote(data: NoteData): string {
  return data.room === undefined ? "/more/notifications" : `/rooms/${data.room}`;
}

/** The payload of a push; undefined of anything that is none of ours. */
export function payloadOf(json: unknown): Payload | undefined {
  if (typeof json !== "object" || json === null || !("type" in json)) return undefined;
  const { type } = json;
  return type === "message" || type === "read" || type === "test" ? (json as Payload) : undefined;
}
