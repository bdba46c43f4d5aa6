import { batch, effect, type ReadonlySignal } from "@preact/signals";
import type { Friend, ID, Me } from "../wire/types";
import type { LiveRoom } from "./live-room";
import { Log } from "./log";
import type { People, Person } from "./people";
import type { Rooms } from "./rooms";
import type { Changes, Kept, KeptLog, Shelf } from "./shelf";

/** Changes are gathered for so long before they are written. */
const gatherMs = 500;
/** So many entries of a room are kept. */
const logLength = 50;
/** The logs of so many rooms are kept, of those with the latest activity. */
const keptLogs = 100;

/** What the keeper watches. */
export interface Watched {
  me: ReadonlySignal<Me | undefined>;
  /** Life of the store that the whole list of rooms belongs to; empty while it is loaded. */
  epoch: ReadonlySignal<string>;
  rooms: Rooms;
  people: People;
  /** Whether it is this tab that writes; another one keeps in mind what it would have written. */
  writes: () => boolean;
}

/**
 * Keeper writes what is known to the shelf, in the background: a change only
 * notes that there was one. Whatever the shelf refuses is let go, and asked of
 * the server the next time.
 */
export class Keeper {
  readonly #shelf: Shelf;
  readonly #watched: Watched;
  #facts = new Set<"me" | "epoch" | "friends">();
  #people = new Map<ID, Person>();
  #rooms = new Set<ID>();
  #gone = new Set<ID>();
  /** The entries that lie on the shelf, so that they are written only after they changed. */
  #written = new WeakMap<LiveRoom, Log["entries"]["value"] | undefined>();
  #watching = new Map<ID, { room: LiveRoom; end: () => void }>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(shelf: Shelf, watched: Watched) {
    this.#shelf = shelf;
    this.#watched = watched;
    const { me, epoch, rooms, people } = watched;
    this.#fact("me", me);
    this.#fact("epoch", epoch);
    this.#fact("friends", people.friends);
    people.onPut = (person) => {
      this.#people.set(person.id, person);
      this.#soon();
    };
    effect(() => this.#list(rooms.all.value));
  }

  /** Shows what is on the shelf, except entries. Answers what it was; undefined when there is nothing. */
  async load(): Promise<Kept | undefined> {
    const kept = await this.#shelf.load().catch(() => undefined);
    if (kept === undefined) return undefined;
    const { rooms, people } = this.#watched;
    batch(() => {
      for (const person of kept.people) people.put(person);
      if (kept.friends !== undefined) people.setFriends(kept.friends);
      if (kept.epoch !== "") rooms.restore(kept.me.id, kept.rooms);
    });
    this.#settle();
    return kept;
  }

  /** Puts the kept entries into their rooms. */
  async loadLogs(): Promise<void> {
    const logs = await this.#shelf.logs().catch(() => []);
    const { rooms } = this.#watched;
    const latest = new Set(rooms.list.peek().slice(0, keptLogs));
    batch(() => {
      for (const { id, entries, tail } of logs) {
        const room = rooms.peek(id);
        if (room === undefined || room.log.peek() !== undefined) continue;
        if (latest.has(room) && entries.length > 0 && entries.at(-1)?.seq === room.head) {
          const log = new Log();
          log.start(entries, tail);
          room.log.value = log;
          this.#written.set(room, entries);
          this.#rooms.delete(id);
        } else this.#rooms.add(id); // and with it that it has no entries
      }
    });
  }

  /** Writes what has gathered. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const me = this.#watched.me.peek();
    if (me === undefined || !this.#watched.writes()) return;
    if (this.#facts.size + this.#people.size + this.#rooms.size + this.#gone.size === 0) return;
    const changes = this.#changes(me);
    this.#settle();
    try {
      await this.#shelf.save(me.id, changes);
    } catch {
      // It goes along with the next change; a shelf that never takes anything costs no more than that.
      if (me.id === this.#watched.me.peek()?.id) this.#again(changes);
    }
  }

  /** Forgets what has gathered: somebody else is signed in. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#settle();
  }

  #changes(me: Me): Changes {
    const { epoch, people, rooms } = this.#watched;
    const live = [...this.#rooms].map((id) => rooms.peek(id)).filter((room) => room !== undefined);
    const changed = live.filter((room) => this.#written.get(room) !== room.log.peek()?.entries.peek());
    const logs: KeptLog[] = [];
    for (const room of changed) {
      const log = room.log.peek();
      this.#written.set(room, log?.entries.peek());
      if (log !== undefined)
        logs.push({ id: room.id, entries: log.entries.peek().slice(-logLength), tail: log.tail.peek() });
    }
    const friends: readonly Friend[] | undefined = people.friends.peek();
    return {
      ...(this.#facts.has("me") ? { me } : {}),
      ...(this.#facts.has("epoch") ? { epoch: epoch.peek() } : {}),
      ...(this.#facts.has("friends") && friends !== undefined ? { friends } : {}),
      people: [...this.#people.values()],
      rooms: live.map((room) => room.kept()),
      logs,
      unlogged: live.filter((room) => room.log.peek() === undefined).map((room) => room.id),
      gone: [...this.#gone],
    };
  }

  #again(changes: Changes): void {
    for (const name of ["me", "epoch", "friends"] as const)
      if (changes[name] !== undefined) this.#facts.add(name);
    for (const person of changes.people)
      if (!this.#people.has(person.id)) this.#people.set(person.id, person);
    for (const { info } of changes.rooms) {
      const room = this.#watched.rooms.peek(info.id);
      if (room === undefined) continue;
      this.#rooms.add(room.id);
      this.#written.delete(room);
    }
    for (const id of changes.gone) if (this.#watched.rooms.peek(id) === undefined) this.#gone.add(id);
  }

  /** Nothing is left to be written. */
  #settle(): void {
    this.#facts.clear();
    this.#people.clear();
    this.#rooms.clear();
    this.#gone.clear();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => void this.flush(), gatherMs);
  }

  #fact(name: "me" | "epoch" | "friends", value: ReadonlySignal<unknown>): void {
    effect(() => {
      void value.value;
      this.#facts.add(name);
      this.#soon();
    });
  }

  #list(rooms: ReadonlyMap<ID, LiveRoom>): void {
    for (const [id, { room, end }] of this.#watching) {
      if (rooms.get(id) === room) continue;
      end();
      this.#watching.delete(id);
      this.#rooms.delete(id);
      this.#gone.add(id);
      this.#soon();
    }
    for (const [id, room] of rooms) {
      if (!this.#watching.has(id)) this.#watching.set(id, { room, end: this.#watch(room) });
    }
  }

  #watch(room: LiveRoom): () => void {
    return effect(() => {
      void room.info.value;
      void room.unread.value;
      void room.marks.value;
      void room.steps.value;
      void room.members.value;
      void room.log.value?.entries.value;
      this.#rooms.add(room.id);
      this.#gone.delete(room.id);
      this.#soon();
    });
  }
}
