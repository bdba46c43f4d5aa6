import type { ID } from "../wire/types";

/** What came in gathers for so long; the server wakes a person's devices two seconds after a message. */
const gatherMs = 300;

/**
 * Have tells the server up to which entry this device has each room, so that
 * the person's other devices are not woken for what is on a screen already. It
 * does so only while the server asks for it: when there is a device to wake.
 */
export class Have {
  wanted = false;
  readonly #tell: (rooms: Record<ID, number>) => void;
  readonly #head: (room: ID) => number;
  readonly #rooms = new Set<ID>();

  constructor(tell: (rooms: Record<ID, number>) => void, head: (room: ID) => number) {
    this.#tell = tell;
    this.#head = head;
  }

  /** Something came into the room. */
  note(room: ID): void {
    if (!this.wanted) return;
    if (this.#rooms.size === 0) setTimeout(() => this.#flush(), gatherMs);
    this.#rooms.add(room);
  }

  #flush(): void {
    const known = [...this.#rooms].map((id) => [id, this.#head(id)] as const).filter(([, seq]) => seq > 0);
    this.#rooms.clear();
    if (known.length > 0) this.#tell(Object.fromEntries(known));
  }
}
