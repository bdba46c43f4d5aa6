import type { Signal } from "@preact/signals";
import type { News } from "../net/link";
import { type Outbox, unpack } from "../net/outbox";
import type { Device, ID, Room } from "../wire/types";
import type { Drafts } from "./drafts";
import type { Have } from "./have";
import type { Quoted } from "./quoted";
import type { Rooms } from "./rooms";
import type { Sync } from "./sync";

/** Who is told what comes by itself. */
export interface Ears {
  rooms: Rooms;
  sync: Sync;
  outbox: Outbox;
  quoted: Quoted;
  begun: Drafts;
  have: Have;
  newDevices: Signal<readonly Device[]>;
  signedIn: () => boolean;
  /** Somebody's profile changed, or the friend list did. */
  onPerson: (event: string, user: ID) => void;
}

/** Takes what the server says by itself, and what other tabs tell. */
export function hear(ears: Ears, { method, params }: News): void {
  const { rooms, sync, outbox, newDevices } = ears;
  switch (method) {
    case "entry":
      if (params.entry.client_id !== undefined) outbox.arrived(params.room_id, params.entry.client_id);
      sync.entry(params.room_id, params.entry);
      if (params.entry.target !== undefined) ears.quoted.changed(params.room_id, params.entry.target);
      break;
    case "read":
      read(rooms, params.room_id, params);
      break;
    case "typing":
      rooms.peek(params.room_id)?.writes(params.user_id);
      break;
    case "room":
      change(rooms, sync, params);
      break;
    case "device":
      if (params.event === "added") newDevices.value = [...newDevices.peek(), params.device];
      break;
    case "draft":
      ears.begun.heard(params.room_id, params.draft);
      break;
    case "people":
      ears.onPerson(params.event, params.user_id);
      break;
    case "have_wanted":
      ears.have.wanted = true;
      break;
    case "resync":
      void sync.restart(params.epoch).catch(() => undefined);
      break;
    case "unsent":
      if (ears.signedIn()) outbox.take(unpack(params));
      break;
    case "unsent-gone":
      outbox.takeDrop(params.room_id, params.client_id);
      break;
    case "bye":
      break; // the line closes and comes back
  }
}

function read(
  rooms: Rooms,
  id: ID,
  mark: { user_id?: ID; seq?: number; unread_by?: [number, number][] },
): void {
  const room = rooms.peek(id);
  if (room === undefined) return;
  if (mark.user_id !== undefined && mark.seq !== undefined) room.read(mark.user_id, mark.seq);
  if (mark.unread_by !== undefined) room.steps.value = mark.unread_by;
}

function change(
  rooms: Rooms,
  sync: Sync,
  { room_id, room, gone }: { room_id: ID; room?: Room; gone?: boolean },
): void {
  if (gone === true) rooms.remove(room_id);
  else if (room === undefined) sync.refreshSoon(room_id);
  else sync.put(room);
}
