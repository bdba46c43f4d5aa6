import type { ID } from "../wire/types";

/** What of a member decides who has read what. */
export interface Mark {
  user_id: ID;
  joined_seq: number;
  read_seq: number;
  /** A speaker of an imported conversation: nobody reads there. */
  placeholder?: boolean;
}

/**
 * Marks knows up to where each member of a room has read. A message is unread
 * by the members whose larger number, of joining and of reading, is below its
 * own (design, delivery contract 5). It never changes; `read` gives another.
 */
export class Marks {
  static readonly none = new Marks([]);

  readonly #seen: ReadonlyMap<ID, number>;
  /** The same numbers in order, so that counting is a search. */
  readonly #sorted: readonly number[];

  constructor(members: Iterable<Mark>) {
    const seen = new Map<ID, number>();
    for (const m of members) {
      if (m.placeholder !== true) seen.set(m.user_id, Math.max(m.joined_seq, m.read_seq));
    }
    this.#seen = seen;
    this.#sorted = [...seen.values()].toSorted((a, b) => a - b);
  }

  /** These marks after the person has read up to seq. A lower mark changes nothing. */
  read(user: ID, seq: number): Marks {
    const before = this.#seen.get(user);
    if (before === undefined || before >= seq) return this;
    return this.#with(new Map(this.#seen).set(user, seq));
  }

  /** These members, with the larger mark where both know one: news can be older than what we heard since. */
  merge(members: Iterable<Mark>): Marks {
    const next = new Marks(members);
    const seen = new Map<ID, number>();
    for (const [user, seq] of next.#seen) seen.set(user, Math.max(seq, this.#seen.get(user) ?? 0));
    return this.#with(seen);
  }

  /** Up to where the member has read, as far as is known. */
  seen({ user_id, read_seq }: Mark): number {
    return Math.max(read_seq, this.#seen.get(user_id) ?? 0);
  }

  /** How many have yet to read the message, without its sender. */
  unreadBy(seq: number, sender: ID | undefined): number {
    const own = sender === undefined ? undefined : this.#seen.get(sender);
    return below(this.#sorted, seq) - (own !== undefined && own < seq ? 1 : 0);
  }

  /** Whether the person has read the message, or was not there yet and never will. */
  hasRead(user: ID, seq: number): boolean {
    return (this.#seen.get(user) ?? 0) >= seq;
  }

  #with(seen: Map<ID, number>): Marks {
    return new Marks(Array.from(seen, ([user_id, read_seq]) => ({ user_id, read_seq, joined_seq: 0 })));
  }
}

/** How many of the sorted numbers are below n. */
function below(sorted: readonly number[], n: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) < n) from = middle + 1;
    else to = middle;
  }
  return from;
}
