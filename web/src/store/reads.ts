import { faultOf } from "../net/fault";
import type { ID } from "../wire/types";

/** Marks are gathered for so long before they are sent. */
const gatherMs = 120;

/** Reads tells the server up to where the person has read, room by room, and again after a lost answer. */
export class Reads {
  readonly #send: (room: ID, seq: number) => Promise<unknown>;
  readonly #marks = new Map<ID, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (room: ID, seq: number) => Promise<unknown>) {
    this.#send = send;
  }

  /** The person has read the room up to seq. */
  add(room: ID, seq: number): void {
    this.#marks.set(room, seq);
    this.#timer ??= setTimeout(() => this.flush(), gatherMs);
  }

  /** Sends what has not been taken yet; called when the line is back, too. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [room, seq] of this.#marks) {
      this.#send(room, seq).then(
        () => this.#done(room, seq),
        (thrown: unknown) => {
          if (!faultOf(thrown).retry) this.#done(room, seq);
        },
      );
    }
  }

  /** Forgets everything: another person signs in. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#marks.clear();
  }

  #done(room: ID, seq: number): void {
    if (this.#marks.get(room) === seq) this.#marks.delete(room);
  }
}
