import { signal } from "@preact/signals";
import type { Link } from "../net/link";
import { type Draft, Outbox, pack } from "../net/outbox";
import type { Outgoing } from "../net/transport";
import { uuid } from "../net/uuid";
import { typingTTLMs } from "../wire/limits";
import type { Content, ID } from "../wire/types";
import type { Changes } from "./changes";
import { sentEntry } from "./own";
import type { Rooms } from "./rooms";
import type { Shelf } from "./shelf";
import { type Options as UploadOptions, Uploads } from "./uploads";

/** Writing is told again before the others forget it. */
const typingAgainMs = typingTTLMs * 0.6;
const typingLeastMs = 1100;
const noDrafts: readonly Draft[] = [];

export interface Options {
  link: Link;
  online: () => boolean;
  rooms: Rooms;
  changes: Changes;
  /** Changes at once what is kept on the device. */
  shelve: (change: (shelf: Shelf, me: ID) => Promise<void>) => void;
  uploads: Omit<UploadOptions, "onReady">;
  /** The person sent something to the room, which stands at its end. */
  onSend: (room: ID) => void;
}

/** Writing is what a person sends, words at once and files first, until it has its number. */
export class Writing {
  readonly outbox: Outbox;
  /** Messages whose files are on their way. */
  readonly uploads: Uploads;
  /** Messages that were sent from here since the page began. */
  readonly sent = signal(0);
  readonly #options: Options;
  readonly #drafts = signal<ReadonlyMap<ID, readonly Draft[]>>(new Map());
  #typedAt = 0;

  constructor(options: Options) {
    const { link, online, rooms, changes, shelve } = options;
    this.#options = options;
    this.outbox = new Outbox({
      send: (params) => link.call("message.send", params),
      uuid,
      sends: () => link.leads && online(),
      onPut: (draft) => {
        shelve((shelf, me) => shelf.putDraft(me, draft));
        link.tell({ method: "unsent", params: pack(draft) });
      },
      onDrop: (room_id, client_id) => {
        shelve((shelf, me) => shelf.dropDraft(me, client_id));
        link.tell({ method: "unsent-gone", params: { room_id, client_id } });
      },
      onChange: (room, drafts) => {
        const all = new Map(this.#drafts.peek());
        if (drafts.length === 0) all.delete(room);
        else all.set(room, drafts);
        this.#drafts.value = all;
      },
      onSent: (draft, sent) => {
        const count = rooms.peek(draft.room_id)?.info.peek().member_count ?? 1;
        changes.own(draft.room_id, (me) => sentEntry(me, draft, sent, count));
        this.sent.value++;
      },
    });
    this.uploads = new Uploads({
      ...options.uploads,
      onReady: ({ room_id, client_id, at }, content) =>
        this.outbox.addBegun({ room_id, client_id, content, at }),
    });
  }

  /** What was written to the room and has no number yet, in the order in which it was. */
  drafts(room: ID): readonly Draft[] {
    const written = this.#drafts.value.get(room) ?? noDrafts;
    const uploading = this.uploads.drafts(room);
    if (uploading.length === 0) return written;
    return [...written, ...uploading].toSorted((a, b) => a.at - b.at);
  }

  send(room: ID, content: Content): void {
    // The message ends it for the others; what is typed next is news, which the server takes once a second.
    this.#typedAt -= typingAgainMs - typingLeastMs;
    this.outbox.add(room, content);
    this.#options.onSend(room);
  }

  /** Sends a message that names files by their ids on this device, once they are with the server. */
  sendFiles(room: ID, content: Content, files: readonly Outgoing[]): void {
    this.uploads.send(room, content, files);
    this.#options.onSend(room);
  }

  retry(draft: Draft): void {
    if (this.uploads.has(draft.client_id)) this.uploads.retry(draft.client_id);
    else this.outbox.retry(draft.room_id, draft.client_id);
  }

  drop(draft: Draft): void {
    if (this.uploads.has(draft.client_id)) this.uploads.cancel(draft.client_id);
    else this.outbox.drop(draft.room_id, draft.client_id);
  }

  /** The person is writing; the others hear it at most every few seconds. */
  typing(room: ID): void {
    if (Date.now() - this.#typedAt < typingAgainMs) return;
    this.#typedAt = Date.now();
    this.#options.link.notify("typing", { room_id: room });
  }
}
