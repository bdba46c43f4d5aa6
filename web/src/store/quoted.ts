import { type Signal, signal } from "@preact/signals";
import type { Entry, ID } from "../wire/types";

/** So many are kept; what was asked for first goes first. */
const most = 200;

/**
 * Quoted holds single messages that others answer and that lie further back
 * than what is loaded of their room.
 */
export class Quoted {
  readonly #entries = new Map<string, Signal<Entry | undefined>>();
  readonly #load: (room: ID, seq: number) => Promise<Entry | undefined>;

  constructor(load: (room: ID, seq: number) => Promise<Entry | undefined>) {
    this.#load = load;
  }

  /** The entry, once it is here. */
  get(room: ID, seq: number): Signal<Entry | undefined> {
    const key = `${room} ${seq}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry = signal<Entry | undefined>(undefined);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > most && oldest !== undefined) this.#entries.delete(oldest);
    this.#load(room, seq).then(
      (found) => {
        entry.value = found;
      },
      () => this.#entries.delete(key), // asked for again when it is seen again
    );
    return entry;
  }

  /** A message has changed. */
  changed(room: ID, target: Entry): void {
    const entry = this.#entries.get(`${room} ${target.seq}`);
    if (entry !== undefined) entry.value = target;
  }

  clear(): void {
    this.#entries.clear();
  }
}
