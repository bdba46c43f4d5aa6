import { signal } from "@preact/signals";
import type { Api } from "../net/api";
import { Fault, faultOf } from "../net/fault";
import type { Calls, Method, Page, SyncRoom } from "../net/protocol";
import { maxPage, maxSyncRooms, smallRoom } from "../wire/limits";
import type { Entry, ID, Room } from "../wire/types";
import type { LiveRoom } from "./live-room";
import type { People } from "./people";
import { type Rooms, personOf } from "./rooms";

export type Caller = <M extends Method>(method: M, params: Calls[M]["params"]) => Promise<Calls[M]["result"]>;

/** A number that is missing may just be on its way, as when an answer overtakes an entry. */
const gapMs = 150;
/** Changes of the members come in groups. */
const refreshMs = 250;
/** So many pages are fetched to close a gap in an open room; what is longer is loaded anew from its end. */
const gapPages = 5;
const pageSize = 50;
const roomsPage = 100;
/** The ends of so many rooms are loaded ahead, of those with the latest activity. */
const aheadRooms = 30;
/** Loading ahead waits until what a person asked for is there. */
const aheadMs = 2000;

/**
 * Sync keeps the rooms equal to the server's: loads the list, passes on what
 * arrives, asks for what is missing by number, and starts again when the
 * numbers are void.
 *
 * Its calls fail with the line; every connection begins with `online`, which
 * makes good whatever failed.
 */
export class Sync {
  readonly #call: Caller;
  readonly #api: Api;
  readonly #rooms: Rooms;
  readonly #people: People;
  /** Life of the server's store to which the list belongs, once the list is whole; empty until then. */
  readonly whole = signal("");
  #me: ID = "";
  #epoch = "";
  #starts = 0;
  /** While the list is loaded, what arrives for rooms that are not in it yet. */
  #held: [ID, Entry][] | undefined;
  /** Entries that arrived while a room's log was loading. */
  #since = new Map<ID, Entry[]>();
  /** Numbers that are known to exist and may be missing here. */
  #wanted = new Map<ID, number>();
  #filling = new Set<ID>();
  #older = new Set<ID>();
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Rooms whose members were fetched on this connection. */
  #fresh = new Set<ID>();
  /** Rooms whose entries were loaded, or looked at anew, on this connection. */
  #sure = new Set<ID>();

  /** Told of everything that came, by whichever way. */
  readonly #came: (room: ID, entry: Entry) => void;

  constructor(call: Caller, api: Api, rooms: Rooms, people: People, came: (room: ID, entry: Entry) => void) {
    this.#came = came;
    this.#call = call;
    this.#api = api;
    this.#rooms = rooms;
    this.#people = people;
  }

  /** A connection is up: catches up, or starts when the store's life or the person is another. */
  async online(me: ID, epoch: string): Promise<void> {
    this.#fresh.clear();
    this.#sure.clear();
    if (me !== this.#me || epoch !== this.#epoch) {
      this.#me = me;
      await this.restart(epoch);
    } else {
      await this.#resume();
    }
  }

  /** The list of rooms is here already, as this device kept it: the next connection goes on from there. */
  restore(me: ID, epoch: string): void {
    this.#me = me;
    this.#epoch = epoch;
    this.whole.value = epoch;
  }

  /** Somebody else may sign in: nothing that is known is theirs. */
  forget(): void {
    this.#reset();
    this.#me = "";
    this.#epoch = "";
  }

  /** Forgets all numbers and loads the list. */
  async restart(epoch: string): Promise<void> {
    this.#reset();
    const start = this.#starts;
    this.#epoch = epoch;
    this.#held = [];
    try {
      let cursor = "";
      do {
        const page = await this.#call("rooms", { limit: roomsPage, ...(cursor === "" ? {} : { cursor }) });
        if (start !== this.#starts) return; // another start has taken over
        this.#list(page.rooms);
        cursor = page.next_cursor ?? "";
      } while (cursor !== "");
      this.whole.value = epoch;
    } catch (thrown) {
      if (start === this.#starts) this.#epoch = ""; // the next connection starts again
      throw thrown;
    } finally {
      if (start === this.#starts) this.#release();
    }
  }

  #reset(): void {
    this.#starts++;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#since.clear();
    this.#wanted.clear();
    this.#sure.clear();
    this.#held = undefined;
    this.whole.value = "";
    this.#rooms.clear();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const [room, entry] of held) this.entry(room, entry);
  }

  /** An entry arrived, or was acknowledged. */
  entry(id: ID, entry: Entry): void {
    const room = this.#rooms.peek(id);
    if (room === undefined) {
      if (this.#held !== undefined) this.#held.push([id, entry]);
      else this.refreshSoon(id);
      return;
    }
    if (entry.kind === "hidden" && entry.seq <= room.head) {
      // Put out of this person's sight by themselves, here or on another device.
      room.log.peek()?.replace(entry);
      room.part.peek()?.replace(entry);
      this.refreshSoon(id);
      return;
    }
    this.#since.get(id)?.push(entry);
    if (room.apply(entry) === "early") this.#gap(room, entry.seq);
    else this.#came(id, entry);
    if (entry.kind === "notice") this.refreshSoon(id);
  }

  /** Loads the end of the room's log, and its members, unless they are here. */
  async open(room: LiveRoom): Promise<void> {
    const members = this.#fresh.has(room.id) ? undefined : this.#members(room);
    await Promise.all([members, this.#entries(room)]);
  }

  /** In a while, loads the ends of the latest rooms that were not opened, one after the other, so that they are here without a network. */
  aheadSoon(): void {
    this.#later("ahead", aheadMs, async () => {
      const start = this.#starts;
      for (const room of this.#rooms.list.peek().slice(0, aheadRooms)) {
        if (start !== this.#starts) return;
        if (room.log.peek() === undefined) await this.#entries(room);
      }
    });
  }

  /**
   * Loads the end of the room's log. Entries of an earlier connection are looked
   * at anew: how many have yet to read them, and what was hidden by oneself on
   * another device, changes without a number.
   */
  async #entries(room: LiveRoom): Promise<void> {
    const { id } = room;
    if (this.#since.has(id) || (this.#sure.has(id) && room.log.peek() !== undefined)) return;
    const since: Entry[] = [];
    this.#since.set(id, since);
    try {
      const page = await this.page({ room_id: id, limit: pageSize });
      const log = room.log.peek();
      if (log === undefined) room.open(page, since);
      else log.renew(page.entries, page.head_seq);
      this.#sure.add(id);
    } finally {
      if (this.#since.get(id) === since) this.#since.delete(id);
    }
  }

  /** Loads the page before the first entry. */
  async older(room: LiveRoom): Promise<void> {
    const log = room.log.peek();
    if (log === undefined || !log.older || this.#older.has(room.id)) return;
    this.#older.add(room.id);
    try {
      const page = await this.page({
        room_id: room.id,
        before: log.first,
        limit: pageSize,
      });
      log.prepend(page.entries, page.tail_seq);
    } finally {
      this.#older.delete(room.id);
    }
  }

  /** Fetches the room as it is now, in a moment. */
  refreshSoon(id: ID): void {
    this.#later(`room ${id}`, refreshMs, () => this.refresh(id));
  }

  async refresh(id: ID): Promise<void> {
    try {
      const room = this.put(await this.#api.room(id));
      if (this.#fresh.has(id)) await this.#allMembers(room);
    } catch (thrown) {
      if (faultOf(thrown).code === "room_unknown") this.#rooms.remove(id);
      else throw thrown;
    }
  }

  /** Takes a room that the server gave, and asks for entries that it shows to be missing. */
  put(room: Room): LiveRoom {
    const live = this.#rooms.put(this.#me, room);
    if (room.head_seq > live.head) this.#gap(live, room.head_seq);
    return live;
  }

  #list(rooms: readonly Room[]): void {
    let before = Date.now();
    for (const room of rooms) {
      const live = this.put(room);
      // A room without a message stays where the server listed it.
      if (live.activity.peek() === 0) live.activity.value = before;
      before = live.activity.peek();
    }
    this.#rooms.loaded.value = true;
  }

  /** A page of entries, of this life of the store. */
  async page(params: Calls["room.messages"]["params"]): Promise<Page> {
    const page = await this.#call("room.messages", params);
    if (page.epoch === this.#epoch) return page;
    await this.restart(page.epoch);
    throw new Fault("epoch_changed");
  }

  async #resume(): Promise<void> {
    const start = this.#starts;
    const news = new Set<ID>();
    const all = [...this.#rooms.all.peek().values()];
    for (let i = 0; i === 0 || i < all.length; i += maxSyncRooms) {
      const part = all.slice(i, i + maxSyncRooms);
      for (const id of await this.#sync(Object.fromEntries(part.map((r) => [r.id, r.head])))) news.add(id);
      if (start !== this.#starts) return; // the numbers were void, and all is loaded anew
    }
    await this.#recall(start, news);
  }

  /** Takes the read marks and unread counts from the list: they move without entries, so `sync` may be silent about them. */
  async #recall(start: number, news: ReadonlySet<ID>): Promise<void> {
    let cursor = "";
    do {
      const page = await this.#call("rooms", { limit: roomsPage, ...(cursor === "" ? {} : { cursor }) });
      if (start !== this.#starts) return;
      if (page.epoch !== this.#epoch) return this.restart(page.epoch);
      // One that is neither here nor was told as new has just been left.
      this.#list(page.rooms.filter(({ id }) => this.#rooms.peek(id) !== undefined || news.has(id)));
      cursor = page.next_cursor ?? "";
    } while (cursor !== "");
  }

  /** There are entries up to `seq`: what has not come by itself in a moment is asked for. */
  #gap(room: LiveRoom, seq: number): void {
    this.#wanted.set(room.id, Math.max(seq, this.#wanted.get(room.id) ?? 0));
    this.#later(`gap ${room.id}`, gapMs, () => this.#fill(room));
  }

  async #fill(room: LiveRoom): Promise<void> {
    const wanted = this.#wanted.get(room.id) ?? 0;
    if (wanted <= room.head || this.#filling.has(room.id)) return;
    this.#filling.add(room.id);
    try {
      for (const id of await this.#sync({ [room.id]: room.head })) this.refreshSoon(id);
    } finally {
      this.#filling.delete(room.id);
    }
    // Meanwhile a later one may have come too early.
    const now = this.#wanted.get(room.id) ?? 0;
    if (now > wanted) this.#gap(room, now);
  }

  /** Asks for what is missing after these numbers. Answers the rooms that are not here. */
  async #sync(rooms: Record<ID, number>): Promise<ID[]> {
    const answer = await this.#call("sync", { epoch: this.#epoch, rooms });
    if (answer.reset === true) {
      await this.restart(answer.epoch);
      return [];
    }
    for (const missed of answer.rooms ?? []) {
      const room = this.#rooms.peek(missed.room_id);
      if (room !== undefined) await this.#missed(room, missed);
    }
    for (const id of answer.gone ?? []) this.#rooms.remove(id);
    // A call that names a few rooms is answered with all the others as new.
    return (answer.new ?? []).filter((id) => this.#rooms.peek(id) === undefined);
  }

  async #missed(room: LiveRoom, missed: SyncRoom): Promise<void> {
    for (const e of missed.entries) this.entry(room.id, e);
    let more = missed.more === true;
    for (let i = 0; more && room.log.peek() !== undefined && i < gapPages; i++) {
      const page = await this.page({ room_id: room.id, after: room.head, limit: maxPage });
      for (const e of page.entries) this.entry(room.id, e);
      more = page.entries.length > 0 && room.head < page.head_seq;
    }
    const log = room.log.peek();
    // What retention took, or a membership that began anew, cannot be closed by number.
    if (more || (log !== undefined && missed.tail_seq > log.last + 1)) {
      room.closeLog();
      await this.refresh(room.id);
      return;
    }
    if (log !== undefined) log.tail.value = missed.tail_seq;
    room.settle(missed.read_seq, missed.unread);
  }

  /** Fetches who is in the room and who has read what; in large rooms the server tells only a part of it. */
  async #members(room: LiveRoom): Promise<void> {
    this.#fresh.add(room.id);
    try {
      await this.#allMembers(this.put(await this.#api.room(room.id)));
    } catch (thrown) {
      this.#fresh.delete(room.id);
      throw thrown;
    }
  }

  /** A room tells its first members; the others of a small one are fetched. */
  async #allMembers(room: LiveRoom): Promise<void> {
    const { member_count, members } = room.info.peek();
    if (members.length >= member_count || member_count > smallRoom) return;
    const all = await this.#api.members(room.id);
    for (const m of all) this.#people.put(personOf(m));
    room.setMembers(all);
  }

  /** Runs something soon, once for all who ask until then. */
  #later(key: string, ms: number, run: () => Promise<void>): void {
    if (this.#timers.has(key)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      run().catch(() => undefined); // the next connection makes it good
    }, ms);
    this.#timers.set(key, timer);
  }
}
