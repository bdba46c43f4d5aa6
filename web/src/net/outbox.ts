import type { Content, ID } from "../wire/types";
import { backoff } from "./backoff";
import { Fault, faultOf } from "./fault";
import type { SendParams, Sent } from "./protocol";

/** A message of ours that has no number yet. */
export interface Draft {
  readonly room_id: ID;
  readonly client_id: ID;
  readonly content: Content;
  /** Milliseconds of Date.now when it was written. */
  readonly at: number;
  /** Why it was refused, or given up; it stays until it is sent again or dropped. */
  readonly failed?: Fault;
}

export interface Options {
  send: (params: SendParams) => Promise<Sent>;
  uuid: () => ID;
  /** The drafts of the room changed. */
  onChange: (room: ID, drafts: readonly Draft[]) => void;
  /** The draft has its number; it is gone from the drafts when `onChange` follows. */
  onSent: (draft: Draft, sent: Sent) => void;
}

/** A draft that could not be sent for so long is given up, so that no old word leaves unexpectedly. */
export const giveUpMs = 60_000;

/**
 * Outbox holds what a person has written until the server has it on disk. It
 * sends in order, one message a room at a time, so that a retry cannot
 * overtake; sends again with the same client id after a lost answer; and keeps
 * what was refused until the person decides.
 */
export class Outbox {
  readonly #options: Options;
  #rooms = new Map<ID, Draft[]>();
  #busy = new Set<ID>();
  #tries = new Map<ID, number>();
  #timers = new Map<ID, ReturnType<typeof setTimeout>>();

  constructor(options: Options) {
    this.#options = options;
  }

  drafts(room: ID): readonly Draft[] {
    return this.#rooms.get(room) ?? [];
  }

  /** `client` is that of a message which was begun before, with its files. */
  add(room: ID, content: Content, client: ID = this.#options.uuid()): Draft {
    const begun = this.drafts(room).find((d) => d.client_id === client);
    if (begun !== undefined) return begun;
    const draft: Draft = { room_id: room, client_id: client, content, at: Date.now() };
    this.#set(room, [...this.drafts(room), draft]);
    setTimeout(() => this.#expire(draft), giveUpMs);
    this.#pump(room);
    return draft;
  }

  /** Sends a failed draft again, under the same client id, at the end of the row. */
  retry(room: ID, client: ID): void {
    const draft = this.drafts(room).find((d) => d.client_id === client);
    if (draft?.failed === undefined) return;
    const { failed: _, ...again } = draft;
    const fresh: Draft = { ...again, at: Date.now() };
    this.#set(room, [...this.drafts(room).filter((d) => d !== draft), fresh]);
    setTimeout(() => this.#expire(fresh), giveUpMs);
    this.#pump(room);
  }

  /** Forgets a failed draft. */
  drop(room: ID, client: ID): void {
    this.#set(
      room,
      this.drafts(room).filter((d) => d.client_id !== client || d.failed === undefined),
    );
  }

  /** The message arrived by another way than its own answer, which was lost. */
  arrived(room: ID, client: ID): void {
    const rest = this.drafts(room).filter((d) => d.client_id !== client);
    if (rest.length !== this.drafts(room).length) this.#set(room, rest);
  }

  /** Sends everything that waits; called when the line is back. */
  flush(): void {
    for (const room of this.#rooms.keys()) {
      this.#tries.delete(room);
      this.#pump(room);
    }
  }

  /** Forgets everything: another person signs in. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const room of this.#rooms.keys()) this.#set(room, []);
  }

  #pump(room: ID): void {
    clearTimeout(this.#timers.get(room));
    if (this.#busy.has(room)) return;
    const draft = this.drafts(room).find((d) => d.failed === undefined);
    if (draft === undefined) return;
    this.#busy.add(room);
    this.#options.send({ room_id: room, client_id: draft.client_id, ...draft.content }).then(
      (sent) => {
        this.#busy.delete(room);
        this.#tries.delete(room);
        this.#options.onSent(draft, sent);
        this.arrived(room, draft.client_id);
        this.#pump(room);
      },
      (thrown: unknown) => {
        this.#busy.delete(room);
        const fault = faultOf(thrown);
        if (fault.retry) {
          this.#later(room, fault);
        } else {
          this.#fail(draft, fault);
          this.#pump(room);
        }
      },
    );
  }

  /** Without a line nothing is tried: flush follows when it is back. */
  #later(room: ID, fault: Fault): void {
    if (fault.code === "offline") return;
    const tries = this.#tries.get(room) ?? 0;
    this.#tries.set(room, tries + 1);
    this.#timers.set(
      room,
      setTimeout(() => this.#pump(room), fault.retryAfterMs ?? backoff(tries)),
    );
  }

  #expire(draft: Draft): void {
    this.#fail(draft, new Fault("offline"));
    this.#pump(draft.room_id);
  }

  #fail(draft: Draft, failed: Fault): void {
    const drafts = this.drafts(draft.room_id);
    if (!drafts.includes(draft)) return;
    this.#set(
      draft.room_id,
      drafts.map((d) => (d === draft ? { ...d, failed } : d)),
    );
  }

  #set(room: ID, drafts: Draft[]): void {
    if (drafts.length === 0) this.#rooms.delete(room);
    else this.#rooms.set(room, drafts);
    this.#options.onChange(room, drafts);
  }
}
