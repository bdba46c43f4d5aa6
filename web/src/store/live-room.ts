import { computed, signal } from "@preact/signals";
import { smallRoom, typingTTLMs } from "../wire/limits";
import type { Entry, ID, Member, Room } from "../wire/types";
import { Log } from "./log";
import type { KeptRoom } from "./shelf";
import { Marks } from "./unread";

/** Where the reader was led last: to a number, without one to the newest. */
export interface Jump {
  id: number;
  seq?: number;
  /** The jump that put other entries in place of those that were shown; within the same ones it stays. */
  list: number;
}

/**
 * LiveRoom keeps one room up to date from what arrives. Entries count in order
 * of their number only: one that comes too early waits for those before it.
 */
export class LiveRoom {
  readonly id: ID;
  readonly info;
  readonly unread = signal(0);
  readonly marks = signal(Marks.none);
  readonly members = signal<ReadonlyMap<ID, Member>>(new Map());
  /** The newest message known to name this person; above their read mark it waits for them. */
  readonly mention = signal(0);
  /** Who is writing, with the time (Date.now) at which that ends. */
  readonly typing = signal<ReadonlyMap<ID, number>>(new Map());
  /** In large rooms, newest first: n people have yet to read each message from a number down to the next pair's. */
  readonly steps = signal<readonly (readonly [number, number])[]>([]);
  /** The entries, once the room was opened. */
  readonly log = signal<Log | undefined>(undefined);
  /** A part further back that the reader jumped to; without gaps in itself, not reaching the log. */
  readonly part = signal<Log | undefined>(undefined);
  /** What the reader sees: the part, else the log. */
  readonly shown = computed(() => this.part.value ?? this.log.value);
  readonly jump = signal<Jump | undefined>(undefined);
  /** Last activity in milliseconds; the list is sorted by it. */
  readonly activity = signal(0);

  readonly #me: ID;
  readonly #early = new Map<number, Entry>();

  constructor(me: ID, room: Room) {
    this.id = room.id;
    this.#me = me;
    this.info = signal(room);
    this.refresh(room);
  }

  /** All members are known, so that who has read what can be told exactly. */
  readonly complete = computed(() => {
    const { member_count } = this.info.value;
    return member_count <= smallRoom && this.members.value.size >= member_count;
  });

  // Parts of the room that change seldom, for views that are not to follow every message.
  readonly kind = computed(() => this.info.value.kind);
  readonly title = computed(() => this.info.value.title);
  readonly memberCount = computed(() => this.info.value.member_count);
  readonly firstMembers = computed(() => this.info.value.members);
  readonly pinned = computed(() => this.info.value.pinned === true);

  get head(): number {
    return this.info.peek().head_seq;
  }

  /** Takes the room as the server just gave it. It may be a little older than what arrived by itself. */
  refresh(room: Room): void {
    const before = this.info.peek();
    const older = room.head_seq < before.head_seq;
    const read_seq = Math.max(room.read_seq, before.read_seq);
    const last = older ? before.last_message : room.last_message;
    const log = this.log.peek();
    // Entries that we do not hold must not be jumped over: their numbers are asked for instead.
    const head_seq = log === undefined ? Math.max(room.head_seq, before.head_seq) : before.head_seq;
    this.info.value = { ...room, head_seq, read_seq, ...(last === undefined ? {} : { last_message: last }) };
    if (!older && head_seq >= room.head_seq)
      this.unread.value = read_seq > room.read_seq ? this.#count(read_seq) : room.unread;
    this.activity.value = Math.max(this.activity.peek(), timeOf(last));
    if (last !== undefined) this.#mentions(last);
    this.setMembers(room.members);
    this.#drain();
  }

  /** The room as it is kept on the device, to be made again by the constructor and `restore`. */
  kept(): KeptRoom {
    const marks = this.marks.peek();
    const members = [...this.members.peek().values()].map((m) => ({ ...m, read_seq: marks.seen(m) }));
    // A text that was begun changes without the room; an old one must not come back after it was sent.
    const { draft: _, ...info } = { ...this.info.peek(), unread: this.unread.peek(), members };
    return { info, activity: this.activity.peek(), steps: this.steps.peek() };
  }

  /** Takes from the kept form what the room itself does not tell. */
  restore({ activity, steps }: KeptRoom): void {
    this.activity.value = activity;
    this.steps.value = steps;
  }

  /** Takes members: all of them when there are as many as the room has. */
  setMembers(members: readonly Member[]): void {
    const all = members.length >= this.info.peek().member_count;
    const next = new Map(all ? [] : this.members.peek());
    for (const m of members) next.set(m.user_id, m);
    if (next.size > this.info.peek().member_count) {
      // Somebody left, and a part of the members does not tell who.
      next.clear();
      for (const m of members) next.set(m.user_id, m);
    }
    this.members.value = next;
    this.marks.value = this.marks.peek().merge(next.values());
  }

  /** Opens the log with a page that reaches the newest entry known to the server. */
  open(
    page: { entries: readonly Entry[]; head_seq: number; tail_seq: number },
    since: readonly Entry[],
  ): void {
    const log = new Log();
    log.start(page.entries, page.tail_seq);
    this.log.value = log;
    if (page.head_seq > this.head) this.info.value = { ...this.info.peek(), head_seq: page.head_seq };
    for (const e of since) if (e.seq > log.last) log.append(e);
    this.#drain();
  }

  /** Forgets the entries; opening the room loads them anew. */
  closeLog(): void {
    this.log.value = undefined;
    this.part.value = undefined;
    this.#early.clear();
  }

  /** Takes an entry that arrived. Says whether it is the next one, known already, or too early. */
  apply(entry: Entry): "applied" | "known" | "early" {
    if (entry.seq <= this.head) return "known";
    if (entry.seq > this.head + 1) {
      this.#early.set(entry.seq, entry);
      return "early";
    }
    this.#advance(entry);
    this.#drain();
    return "applied";
  }

  /** Somebody has read up to seq. */
  read(user: ID, seq: number): void {
    this.marks.value = this.marks.peek().read(user, seq);
    if (user !== this.#me) return;
    const info = this.info.peek();
    const mark = Math.min(seq, info.head_seq);
    if (mark <= info.read_seq) return;
    this.info.value = { ...info, read_seq: mark };
    this.unread.value = this.#count(mark);
  }

  /** The server's word on what this person has read, as of the room's head. */
  settle(read_seq: number, unread: number): void {
    const info = this.info.peek();
    if (read_seq < info.read_seq) {
      this.unread.value = this.#count(info.read_seq);
      return;
    }
    this.info.value = { ...info, read_seq };
    this.unread.value = unread;
  }

  /** How many have yet to read the message. */
  unreadBy(entry: Entry): number {
    if (this.kind.value === "memo") return 0;
    if (this.complete.value) return this.marks.value.unreadBy(entry.seq, entry.sender_id);
    return unreadByStep(this.steps.value, entry);
  }

  #mentions({ seq, mentions }: Entry): void {
    if (mentions?.some((m) => m.user_id === this.#me) === true)
      this.mention.value = Math.max(this.mention.peek(), seq);
  }

  #drain(): void {
    for (const seq of this.#early.keys()) if (seq <= this.head) this.#early.delete(seq);
    for (
      let next = this.#early.get(this.head + 1);
      next !== undefined;
      next = this.#early.get(this.head + 1)
    ) {
      this.#early.delete(next.seq);
      this.#advance(next);
    }
  }

  #advance(entry: Entry): void {
    const info = this.info.peek();
    const next: Room = { ...info, head_seq: entry.seq };
    if (entry.kind === "message") {
      next.last_message = entry;
      this.activity.value = Math.max(this.activity.peek(), timeOf(entry));
      if (entry.sender_id !== this.#me && entry.seq > Math.max(info.read_seq, info.joined_seq))
        this.unread.value++;
      this.#mentions(entry);
      this.#stopTyping(entry.sender_id);
    }
    if (entry.target !== undefined && entry.target.seq === info.last_message?.seq)
      next.last_message = entry.target;
    if (info.notice !== undefined && entry.target?.seq === info.notice.seq) {
      if (entry.target.deleted === true) delete next.notice;
      else next.notice = { ...info.notice, message: entry.target };
    }
    this.info.value = next;
    this.log.peek()?.append(entry);
    if (entry.target !== undefined) this.part.peek()?.replace(entry.target);
  }

  /** Somebody says that they are writing, which holds for a while. */
  writes(user: ID): void {
    if (user === this.#me) return;
    const until = Date.now() + typingTTLMs;
    this.typing.value = new Map(this.typing.peek()).set(user, until);
    setTimeout(() => {
      if (this.typing.peek().get(user) === until) this.#stopTyping(user);
    }, typingTTLMs);
  }

  #stopTyping(user: ID | undefined): void {
    if (user === undefined || !this.typing.peek().has(user)) return;
    const typing = new Map(this.typing.peek());
    typing.delete(user);
    this.typing.value = typing;
  }

  /**
   * Unread messages after a mark, as far as the entries here tell. Without them
   * nothing is known between none (the mark is the head) and what it was.
   */
  #count(mark: number): number {
    const { head_seq, joined_seq } = this.info.peek();
    if (mark >= head_seq) return 0;
    const log = this.log.peek();
    if (log === undefined || log.first > mark + 1) return Math.min(this.unread.peek(), head_seq - mark);
    const after = Math.max(mark, joined_seq);
    return log.entries.peek().filter((e) => e.seq > after && e.kind === "message" && e.sender_id !== this.#me)
      .length;
  }
}

/** Fewer and fewer have yet to read a message, so the smaller number is the newer one. */
function unreadByStep(steps: readonly (readonly [number, number])[], entry: Entry): number {
  const told = entry.unread_by ?? 0;
  const step = steps.findLast(([seq]) => seq >= entry.seq);
  return step === undefined ? told : Math.min(told, step[1]);
}

function timeOf(entry: Entry | undefined): number {
  return entry?.created_at === undefined ? 0 : Date.parse(entry.created_at);
}
