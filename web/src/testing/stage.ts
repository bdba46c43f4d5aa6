import type { Request, Verb } from "../net/http";
import type { Transport } from "../net/transport";
import type { Tabs } from "../net/tabs";
import { Session } from "../store/session";
import type { Shelf } from "../store/shelf";
import type { JobShelf } from "../store/uploads";
import type { LiveRoom } from "../store/live-room";
import type { Entry, Me, Member, Room } from "../wire/types";
import { ScriptedLine, settle } from "./script";

/** The person whose client is tested. */
export const ann: Me = {
  id: "ann",
  name: "Ann",
  phone: "+821000000001",
  language: "en",
  time_zone: "Asia/Seoul",
  country: "KR",
  has_pin: false,
};

export function memberOf(user_id: string, read_seq = 0, joined_seq = 0): Member {
  return { user_id, name: user_id, joined_seq, read_seq };
}

export function message(seq: number, sender_id: string, text = `m${seq}`): Entry {
  const created_at = new Date(Date.UTC(2026, 10, 23, 9, 0, seq)).toISOString();
  return { seq, kind: "message", sender_id, created_at, type: "text", text };
}

/** A group of ann, ben and cat with some messages of ben's. */
export function roomOf(id: string, head: number, read = head): Room {
  const members = [memberOf("ann", read), memberOf("ben", head), memberOf("cat", read)];
  return {
    id,
    kind: "group",
    title: id,
    head_seq: head,
    tail_seq: 1,
    joined_seq: 0,
    read_seq: read,
    unread: head - read,
    member_count: members.length,
    members,
    ...(head > 0 ? { last_message: message(head, "ben") } : {}),
  };
}

/**
 * Stage is a session with a server that a test plays: it holds rooms with
 * their entries and answers by the protocol whatever the test does not answer
 * itself.
 */
export class Stage {
  epoch = "e1";
  /** The profile as it is now; hello has the one from the beginning. */
  me: Me = ann;
  readonly rooms = new Map<string, { room: Room; entries: Entry[] }>();
  /** All members of rooms that tell only their first ones. */
  readonly members = new Map<string, Member[]>();
  readonly lines: ScriptedLine[] = [];
  /** REST requests, in order, as "GET /v1/friends". */
  readonly requests: string[] = [];
  /** Calls that are left unanswered until the test answers them. */
  readonly held = new Set<string>();
  session: Session;
  readonly #shelf: Shelf | undefined;
  /** The way of files, which ends nowhere until a test takes it. */
  readonly transport: Transport = {
    send: () => ({ done: new Promise(() => undefined), stop: () => undefined }),
    limit: () => Promise.resolve(1_000_000),
  };
  readonly jobs: JobShelf = {
    load: () => Promise.resolve(),
    put: () => Promise.resolve(),
    drop: () => Promise.resolve(),
    clear: () => Promise.resolve(),
  };

  constructor(shelf?: Shelf) {
    this.#shelf = shelf;
    this.session = this.page();
  }

  /** The page is loaded anew: all that it knows is what lies on the shelf. */
  async reload(): Promise<void> {
    this.lines.at(-1)?.end();
    this.session = this.page();
    this.session.start();
    await settle();
  }

  /** Another page with the same server, and with `tabs` one of several of a browser. */
  page(tabs?: Tabs): Session {
    return new Session({
      line: () => {
        const line = new ScriptedLine();
        line.answer = (call) =>
          this.held.has(call.method) ? undefined : this.#answer(call.method, call.params);
        this.lines.push(line);
        return line;
      },
      request: ((verb, path) => this.#request(verb, path)) as Request,
      hello: () => ({}),
      ...(this.#shelf === undefined ? {} : { shelf: this.#shelf }),
      tabs,
      transport: this.transport,
      jobs: this.jobs,
    });
  }

  get line(): ScriptedLine {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error("no line was opened");
    return line;
  }

  /** Puts a room with messages of ben's on the server. */
  add(room: Room, entries?: Entry[]): void {
    const all = entries ?? Array.from({ length: room.head_seq }, (_, i) => message(i + 1, "ben"));
    this.rooms.set(room.id, { room, entries: all });
  }

  /** Something is written on the server. `tell` sends it to this session. */
  write(id: string, entry: Entry, tell = true): void {
    const stored = this.rooms.get(id);
    if (stored === undefined) throw new Error(`no room ${id}`);
    stored.entries.push(entry);
    const unread = entry.kind === "message" && entry.sender_id !== ann.id ? 1 : 0;
    stored.room = { ...stored.room, head_seq: entry.seq, unread: stored.room.unread + unread };
    if (entry.kind === "message") stored.room.last_message = entry;
    if (tell) this.line.notice("entry", { room_id: id, entry });
  }

  async connect(): Promise<void> {
    if (this.session.connection.value.name === "online") throw new Error("already online");
    this.session.start();
    await settle();
    this.session.wake();
    this.line.open();
    await settle();
  }

  room(id: string): LiveRoom {
    const room = this.session.rooms.peek(id);
    if (room === undefined) throw new Error(`the client has no room ${id}`);
    return room;
  }

  /** The numbers of the entries that the client shows in a room. */
  seqs(id: string): number[] {
    return this.room(id).log.value?.entries.value.map((e) => e.seq) ?? [];
  }

  #answer(method: string, params: Record<string, unknown>): unknown {
    const id = params["room_id"] as string;
    switch (method) {
      case "hello":
        return {
          user: ann,
          device_id: "d1",
          have_wanted: false,
          session: "1",
          epoch: this.epoch,
          time: "2026-11-23T09:00:00.000Z",
        };
      case "rooms":
        return { rooms: [...this.rooms.values()].map((r) => r.room), epoch: this.epoch };
      case "room.messages":
        return this.#entries(id, params);
      case "sync":
        return this.#sync(params["epoch"] as string, params["rooms"] as Record<string, number>);
      case "message.send":
      case "message.edit":
      case "message.react":
      case "message.delete":
        return undefined; // the test says what becomes of them
      default:
        return {};
    }
  }

  #entries(
    id: string,
    { before, after, limit }: { before?: number; after?: number; limit?: number },
  ): unknown {
    const stored = this.rooms.get(id);
    if (stored === undefined) throw new Error(`no room ${id}`);
    const { entries, room } = stored;
    const n = limit ?? 50;
    const page =
      after === undefined
        ? entries.filter((e) => e.seq < (before ?? Number.POSITIVE_INFINITY)).slice(-n)
        : entries.filter((e) => e.seq > after).slice(0, n);
    return { entries: page, head_seq: room.head_seq, tail_seq: room.tail_seq, epoch: this.epoch };
  }

  #sync(epoch: string, known: Record<string, number>): unknown {
    if (epoch !== this.epoch) return { epoch: this.epoch, reset: true };
    const rooms = [];
    for (const [id, { room, entries }] of this.rooms) {
      const from = known[id];
      if (from === undefined || room.head_seq <= from) continue;
      const missed = entries.filter((e) => e.seq > from).slice(0, 100);
      rooms.push({
        room_id: id,
        entries: missed,
        head_seq: room.head_seq,
        tail_seq: room.tail_seq,
        read_seq: room.read_seq,
        unread: room.unread,
        ...(missed.at(-1)?.seq === room.head_seq ? {} : { more: true }),
      });
    }
    return {
      epoch: this.epoch,
      rooms,
      new: [...this.rooms.keys()].filter((id) => !(id in known)),
      gone: Object.keys(known).filter((id) => !this.rooms.has(id)),
    };
  }

  #request(verb: Verb, path: string): Promise<unknown> {
    this.requests.push(`${verb} ${path}`);
    const room = /^\/v1\/rooms\/([^/]+)$/.exec(path)?.[1];
    if (room !== undefined) return Promise.resolve(this.rooms.get(room)?.room);
    const members = /^\/v1\/rooms\/([^/]+)\/members$/.exec(path)?.[1];
    if (members !== undefined) return Promise.resolve({ members: this.members.get(members) });
    if (path === "/v1/me") return Promise.resolve(this.me);
    if (path === "/v1/friends") return Promise.resolve({ friends: [] });
    return Promise.resolve({});
  }
}
