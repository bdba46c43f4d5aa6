import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { faultOf } from "../net/fault";
import type { DraftChange } from "../net/protocol";
import type { Draft, ID } from "../wire/types";

/** What somebody has begun to write in a room. */
export interface Begun {
  text: string;
  /** Number of the message that it answers. */
  reply_to?: number;
  /** Milliseconds of Date.now when it was written. */
  at: number;
}

/** Where this device keeps a text beyond the page; it may be refused. */
export interface Note {
  read: () => string | null;
  write: (text: string | null) => void;
}

type Send = (room: ID, draft: DraftChange) => Promise<{ draft?: Draft }>;

/** After a pause of so long the server hears of it. */
const pauseMs = 1000;
/** An answer that was on its way for so long may be older than what we sent since. */
const freshMs = 5000;

/**
 * Drafts holds what a person has begun to write in their rooms: here at once,
 * on their other devices after a pause. The later of two wins, by the time at
 * which it was written. What the server has not taken yet is kept on the device.
 */
export class Drafts {
  readonly #send: Send;
  readonly #note: Note | undefined;
  readonly #rooms = new Map<ID, Signal<Begun | undefined>>();
  /** What the server is to hear, with the time of the word. */
  readonly #unsaid = new Map<ID, number>();
  /** When the server last took something of ours. */
  readonly #said = new Map<ID, number>();
  readonly #timers = new Map<ID, ReturnType<typeof setTimeout>>();
  #me: ID = "";

  constructor(send: Send, note?: Note) {
    this.#send = send;
    this.#note = note;
  }

  /** What was begun in the room, as a signal. */
  in(room: ID): ReadonlySignal<Begun | undefined> {
    return this.#at(room);
  }

  /** The person whose drafts these are is known: what this device kept for them comes back. */
  begin(me: ID): void {
    if (me === this.#me) return;
    this.#me = me;
    try {
      const kept = JSON.parse(this.#note?.read() ?? "null") as { me: ID; rooms: [ID, Begun][] } | null;
      if (kept?.me !== me) return;
      for (const [room, begun] of kept.rooms) {
        this.#at(room).value = begun;
        this.#unsaid.set(room, begun.at);
      }
    } catch {
      // Another version wrote it.
    }
  }

  /** The person goes on writing. */
  write(room: ID, text: string, reply_to?: number): void {
    const before = this.#at(room).peek();
    if ((before?.text ?? "") === text && before?.reply_to === reply_to) return;
    const at = Date.now();
    const empty = text.trim() === "";
    this.#at(room).value = empty ? undefined : { text, at, ...(reply_to === undefined ? {} : { reply_to }) };
    this.#unsaid.set(room, at);
    clearTimeout(this.#timers.get(room));
    this.#timers.set(
      room,
      setTimeout(() => void this.flush(room), pauseMs),
    );
  }

  /** It was sent: nothing is left of it anywhere. */
  sent(room: ID): void {
    if (this.#at(room).peek() === undefined && !this.#unsaid.has(room)) return;
    this.#at(room).value = undefined;
    this.#unsaid.set(room, Date.now());
    void this.flush(room);
  }

  /** Tells the server now: the person leaves the room, or the line is back. */
  async flush(room: ID): Promise<void> {
    clearTimeout(this.#timers.get(room));
    this.#timers.delete(room);
    const at = this.#unsaid.get(room);
    if (at === undefined) return;
    this.#keep();
    const { text = "", reply_to } = this.#at(room).peek() ?? {};
    const change = { text, updated_at: new Date(at).toISOString() };
    try {
      const { draft } = await this.#send(room, reply_to === undefined ? change : { ...change, reply_to });
      if (this.#unsaid.get(room) !== at) return; // more was written meanwhile
      this.#unsaid.delete(room);
      this.#said.set(room, Date.now());
      // What was written later elsewhere has won.
      if (draft !== undefined && Date.parse(draft.updated_at) > at) this.#take(room, draft);
    } catch (thrown) {
      // What the server will never take stays here alone.
      if (!faultOf(thrown).retry && this.#unsaid.get(room) === at) this.#unsaid.delete(room);
    }
    this.#keep();
  }

  flushAll(): void {
    for (const room of this.#unsaid.keys()) void this.flush(room);
  }

  /** Another device of the person wrote, or removed what was written. */
  heard(room: ID, draft: Draft | undefined): void {
    if (this.#unsaid.has(room)) return; // ours goes to the server, which decides
    this.#take(room, draft);
  }

  /** The room came with a list. It may be a little older than what we said since. */
  listed(room: ID, draft: Draft | undefined): void {
    if (this.#unsaid.has(room) || Date.now() - (this.#said.get(room) ?? 0) < freshMs) return;
    this.#take(room, draft);
  }

  /** Another person signs in. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#unsaid.clear();
    this.#said.clear();
    for (const begun of this.#rooms.values()) begun.value = undefined;
    this.#me = "";
    this.#note?.write(null);
  }

  #take(room: ID, draft: Draft | undefined): void {
    const begun = this.#at(room);
    if (draft === undefined) {
      begun.value = undefined;
      return;
    }
    const { text, reply_to, updated_at } = draft;
    const before = begun.peek();
    if (before?.text === text && before.reply_to === reply_to) return;
    begun.value = { text, at: Date.parse(updated_at), ...(reply_to === undefined ? {} : { reply_to }) };
  }

  #at(room: ID): Signal<Begun | undefined> {
    let begun = this.#rooms.get(room);
    if (begun === undefined) {
      begun = signal(undefined);
      this.#rooms.set(room, begun);
    }
    return begun;
  }

  #keep(): void {
    const rooms = [...this.#unsaid].map(([room, at]): [ID, Begun] => [
      room,
      this.#at(room).peek() ?? { text: "", at },
    ]);
    this.#note?.write(rooms.length === 0 ? null : JSON.stringify({ me: this.#me, rooms }));
  }
}
