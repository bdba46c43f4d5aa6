import type { Entry, ID, Mention, Time } from "../wire/types";
import type { LiveRoom } from "./live-room";
import { deletionEntry, editEntry, reactionEntry } from "./own";
import type { Caller } from "./sync";

/** Changes edits, deletes and reacts: a call, and what it did to the log, which only its answer tells. */
export class Changes {
  readonly #call: Caller;
  readonly #me: () => ID | undefined;
  readonly #put: (room: ID, entry: Entry) => void;

  /** `put` takes an entry that the server does not send us. */
  constructor(call: Caller, me: () => ID | undefined, put: (room: ID, entry: Entry) => void) {
    this.#call = call;
    this.#me = me;
    this.#put = put;
  }

  async edit(room: LiveRoom, target: Entry, text: string, mentions: Mention[]): Promise<void> {
    const params = {
      room_id: room.id,
      seq: target.seq,
      text,
      ...(mentions.length === 0 ? {} : { mentions }),
    };
    const { seq } = await this.#call("message.edit", params);
    this.own(room.id, (me) => editEntry(me, seq, target, text, mentions, now()));
  }

  async delete(room: LiveRoom, target: Entry, from: "all" | "me"): Promise<void> {
    const { seq } = await this.#call("message.delete", { room_id: room.id, seq: target.seq, for: from });
    if (from === "all" && seq !== undefined) {
      this.own(room.id, (me) => deletionEntry(me, seq, target, now()));
      return;
    }
    this.#put(room.id, { seq: target.seq, kind: "hidden" });
  }

  async react(room: LiveRoom, target: Entry, emoji: string, remove: boolean): Promise<void> {
    const params = { room_id: room.id, seq: target.seq, emoji, ...(remove ? { remove } : {}) };
    const { seq } = await this.#call("message.react", params);
    const present = room.shown.peek()?.get(target.seq) ?? target;
    this.own(room.id, (me) => reactionEntry(me, seq, present, emoji, remove, now()));
  }

  /** Puts our own change where it belongs in the log. */
  own(room: ID, make: (me: ID) => Entry): void {
    const me = this.#me();
    if (me !== undefined) this.#put(room, make(me));
  }
}

/** The server's time of our own change comes with the next look at it; ours stands in until then. */
function now(): Time {
  return new Date().toISOString();
}
