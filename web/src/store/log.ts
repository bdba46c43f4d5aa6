import { signal } from "@preact/signals";
import type { Entry } from "../wire/types";

/** A log that nobody looks at, and that goes on to take what arrives, holds so many entries at most. */
const most = 1000;
const stay = 200;

/**
 * Log is the part of a room's entries that this device holds: without gaps,
 * from some number to the newest that is known. It grows at both ends.
 */
export class Log {
  readonly entries = signal<readonly Entry[]>([]);
  /** First number that this person can still see. */
  readonly tail = signal(1);

  get first(): number {
    return this.entries.peek()[0]?.seq ?? 0;
  }

  get last(): number {
    return this.entries.peek().at(-1)?.seq ?? 0;
  }

  /** Whether there is something before the first entry. */
  get older(): boolean {
    return this.entries.value.length > 0 && this.first > this.tail.value;
  }

  get(seq: number): Entry | undefined {
    return this.entries.peek()[seq - this.first];
  }

  /** Starts with a page that reaches the newest entry. */
  start(entries: readonly Entry[], tail: number): void {
    this.tail.value = tail;
    this.entries.value = entries;
  }

  /** Puts an older page in front. What overlaps or leaves a gap is not taken. */
  prepend(entries: readonly Entry[], tail: number): void {
    this.tail.value = tail;
    const first = this.first;
    const page = entries.filter((e) => e.seq < first);
    if (page.at(-1)?.seq === first - 1) this.entries.value = [...page, ...this.entries.peek()];
  }

  /** Puts a newer page at the end, of a log that ends before the newest. */
  extend(entries: readonly Entry[]): void {
    const last = this.last;
    const page = entries.filter((e) => e.seq > last);
    if (page[0]?.seq === last + 1) this.entries.value = [...this.entries.peek(), ...page];
  }

  /** Puts the next entry at the end, and its effect on the message it is about. */
  append(entry: Entry): void {
    const entries = this.entries.peek();
    if (entries.length > 0 && entry.seq !== this.last + 1) return;
    this.entries.value = [...(entries.length < most ? entries : entries.slice(-stay)), entry];
    if (entry.target !== undefined) this.replace(entry.target);
  }

  /** Drops all but the oldest entries that are held. */
  keepFirst(n: number): void {
    this.entries.value = this.entries.peek().slice(0, n);
  }

  /** Drops all but the newest entries that are held; the others are older ones then. */
  keepLast(n: number): void {
    this.entries.value = this.entries.peek().slice(-n);
  }

  /** Shows a message in its present state. */
  replace(target: Entry): void {
    const index = target.seq - this.first;
    const entries = this.entries.peek();
    const before = entries[index];
    if (before === undefined || (before.kind === "hidden" && target.kind !== "hidden")) return;
    this.entries.value = entries.with(index, { ...kept(before), ...target });
  }

  /**
   * Takes a newer look at some entries, as of the head that came with it: how
   * many have yet to read them, and what was hidden meanwhile without an entry.
   */
  renew(page: readonly Entry[], head: number): void {
    const told = new Map(page.map((e) => [e.seq, e]));
    this.entries.value = this.entries.peek().map((e) => {
      const now = told.get(e.seq);
      if (now === undefined || e.kind === "hidden" || same(e, now)) return e;
      return { ...kept(e), ...now };
    });
    // What came after that look changes what it saw.
    for (const { seq, target } of this.entries.peek()) {
      if (seq > head && target !== undefined) this.replace(target);
    }
  }
}

/** What a message keeps when its state is replaced: the state may be shorter than the entry. */
function kept({ kind, client_id, unread_by }: Entry): Partial<Entry> {
  if (kind !== "message") return {};
  return {
    ...(client_id === undefined ? {} : { client_id }),
    ...(unread_by === undefined ? {} : { unread_by }),
  };
}

/** What did not change keeps its identity, and is not drawn again. */
function same(a: Entry, b: Entry): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
