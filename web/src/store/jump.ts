import { Fault } from "../net/fault";
import type { Calls, Page } from "../net/protocol";
import type { ID } from "../wire/types";
import type { LiveRoom } from "./live-room";
import { Log } from "./log";

/** So many entries on each side of the one that was jumped to. */
const around = 40;
const pageSize = 50;

/**
 * Jumps shows parts of a room that lie further back than what is loaded. The
 * part is a log of its own beside the room's, which goes on to take whatever
 * arrives; reading on downwards leads into it again.
 */
export class Jumps {
  readonly #page: (params: Calls["room.messages"]["params"]) => Promise<Page>;
  /** The last jump of each room; one that was overtaken changes nothing. */
  readonly #last = new Map<ID, number>();
  readonly #loading = new Set<Log>();
  #count = 0;

  constructor(page: (params: Calls["room.messages"]["params"]) => Promise<Page>) {
    this.#page = page;
  }

  /** Shows the entry of that number, wherever in the room it is. */
  async to(room: LiveRoom, seq: number): Promise<void> {
    const id = ++this.#count;
    this.#last.set(room.id, id);
    const before = room.shown.peek();
    if (before?.get(seq) === undefined && room.log.peek()?.get(seq) === undefined) {
      const part = await this.#around(room.id, seq);
      if (this.#last.get(room.id) !== id) return;
      room.part.value = part;
    } else if (room.log.peek()?.get(seq) !== undefined) {
      room.part.value = undefined;
    }
    this.#join(room);
    room.jump.value = { id, seq, list: room.shown.peek() === before ? listOf(room) : id };
  }

  /** Back to where the newest message is. */
  home(room: LiveRoom): void {
    const id = ++this.#count;
    this.#last.set(room.id, id);
    const list = room.part.peek() === undefined ? listOf(room) : id;
    room.part.value = undefined;
    room.jump.value = { id, list };
  }

  /** Loads the page before the part that is shown. */
  older(room: LiveRoom, part: Log): Promise<void> {
    return this.#load(part, async () => {
      if (!part.older) return;
      const page = await this.#page({ room_id: room.id, before: part.first, limit: pageSize });
      part.prepend(page.entries, page.tail_seq);
    });
  }

  /** Loads the page after the part that is shown; where it meets the newest ones, the two are one. */
  async newer(room: LiveRoom): Promise<void> {
    const part = room.part.peek();
    if (part === undefined) return;
    await this.#load(part, async () => {
      const page = await this.#page({ room_id: room.id, after: part.last, limit: pageSize });
      part.extend(page.entries);
      this.#join(room);
    });
  }

  async #around(room: ID, seq: number): Promise<Log> {
    const [before, after] = await Promise.all([
      this.#page({ room_id: room, before: seq + 1, limit: around }),
      this.#page({ room_id: room, after: seq, limit: around }),
    ]);
    if (before.entries.at(-1)?.seq !== seq) throw new Fault("entry_unknown");
    const part = new Log();
    part.start([...before.entries, ...after.entries], before.tail_seq);
    return part;
  }

  async #load(part: Log, load: () => Promise<void>): Promise<void> {
    if (this.#loading.has(part)) return;
    this.#loading.add(part);
    try {
      await load();
    } finally {
      this.#loading.delete(part);
    }
  }

  #join(room: LiveRoom): void {
    const part = room.part.peek();
    const log = room.log.peek();
    if (part === undefined || log === undefined || part.last < log.first - 1) return;
    log.prepend(part.entries.peek(), part.tail.peek());
    room.part.value = undefined;
  }
}

/** The jump that brought the list of entries which the room shows. */
function listOf(room: LiveRoom): number {
  return room.jump.peek()?.list ?? 0;
}
