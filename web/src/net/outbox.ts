import type { Content, ID } from "../wire/types";
import { backoff } from "./backoff";
import { Fault, codeOf, faultOf } from "./fault";
import type { SendParams, Sent } from "./protocol";

/** A message of ours that has no number yet. It outlives the page and can be passed between tabs. */
export interface Draft {
  readonly room_id: ID;
  readonly client_id: ID;
  readonly content: Content;
  /** Milliseconds of Date.now when it was written. */
  readonly at: number;
  /** Why it was refused, or given up; it stays until it is sent again or dropped. */
  readonly failed?: Fault;
}

/** A draft as it is kept, and goes from tab to tab: of a fault its parts, for a class survives neither. */
export type PackedDraft = Omit<Draft, "failed"> & {
  failed?: { code: string; retryAfterMs?: number | undefined };
};

export function pack({ failed, ...draft }: Draft): PackedDraft {
  if (failed === undefined) return draft;
  return { ...draft, failed: { code: failed.code, retryAfterMs: failed.retryAfterMs } };
}

export function unpack({ failed, ...draft }: PackedDraft): Draft {
  if (failed === undefined) return draft;
  const code = failed.code === "offline" ? "offline" : codeOf(failed.code);
  return { ...draft, failed: new Fault(code, "", { retryAfterMs: failed.retryAfterMs }) };
}

export interface Options {
  send: (params: SendParams) => Promise<Sent>;
  uuid: () => ID;
  /** Whether it is this tab that sends. Another one only shows what waits. */
  sends?: () => boolean;
  /** The drafts of the room changed. */
  onChange: (room: ID, drafts: readonly Draft[]) => void;
  /** A draft is new here, or another than it was: to be kept, and told to the other tabs. */
  onPut?: (draft: Draft) => void;
  /** A draft is no more, by sending or by will. */
  onDrop?: (room: ID, client: ID) => void;
  /** The draft has its number; it is gone from the drafts when `onChange` follows. */
  onSent: (draft: Draft, sent: Sent) => void;
}

/** A draft that could not be sent for so long is given up, so that no old word leaves unexpectedly. */
export const giveUpMs = 24 * 60 * 60_000;

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

  add(room: ID, content: Content): void {
    this.addBegun({ room_id: room, client_id: this.#options.uuid(), content, at: Date.now() });
  }

  /** Adds a message that was begun before, with its files: what was written later and still waits stays behind it. */
  addBegun(draft: Draft): void {
    if (this.#find(draft.room_id, draft.client_id) !== undefined) return;
    this.#put(draft);
    this.#pump(draft.room_id);
  }

  /** Sends a failed draft again, under the same client id, at the end of the row. */
  retry(room: ID, client: ID): void {
    const draft = this.#find(room, client);
    if (draft?.failed === undefined) return;
    const { failed: _, ...again } = draft;
    this.#remove(room, client);
    this.#put({ ...again, at: Date.now() });
    this.#pump(room);
  }

  /** Forgets a draft. One whose answer is on its way may have been taken by the server, and comes as an entry. */
  drop(room: ID, client: ID): void {
    if (this.#find(room, client) === undefined) return;
    this.#gone(room, client);
    this.#pump(room);
  }

  /** The message arrived by another way than its own answer, which was lost. */
  arrived(room: ID, client: ID): void {
    if (this.#find(room, client) !== undefined) this.#gone(room, client);
  }

  /** Takes what another tab tells of a draft, or what was kept. */
  take(draft: Draft): void {
    this.#set(draft.room_id, this.#with(draft));
    this.#pump(draft.room_id);
  }

  /** Another tab tells that a draft is no more. */
  takeDrop(room: ID, client: ID): void {
    this.#remove(room, client);
    this.#pump(room);
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
    if (this.#busy.has(room) || this.#options.sends?.() === false) return;
    const draft = this.drafts(room).find((d) => d.failed === undefined);
    if (draft === undefined) return;
    if (Date.now() - draft.at > giveUpMs) {
      this.#fail(draft, new Fault("offline"));
      this.#pump(room);
      return;
    }
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

  #fail({ room_id, client_id }: Draft, failed: Fault): void {
    const draft = this.#find(room_id, client_id);
    if (draft !== undefined) this.#put({ ...draft, failed });
  }

  #find(room: ID, client: ID): Draft | undefined {
    return this.drafts(room).find((d) => d.client_id === client);
  }

  /** A draft as it is now, in its place by the time when it was written. */
  #put(draft: Draft): void {
    this.#set(draft.room_id, this.#with(draft));
    this.#options.onPut?.(draft);
  }

  #with(draft: Draft): Draft[] {
    const drafts = this.drafts(draft.room_id);
    const known = drafts.some((d) => d.client_id === draft.client_id);
    if (known) return drafts.map((d) => (d.client_id === draft.client_id ? draft : d));
    return [...drafts, draft].toSorted((a, b) => a.at - b.at);
  }

  #gone(room: ID, client: ID): void {
    this.#remove(room, client);
    this.#options.onDrop?.(room, client);
  }

  #remove(room: ID, client: ID): void {
    const rest = this.drafts(room).filter((d) => d.client_id !== client);
    if (rest.length !== this.drafts(room).length) this.#set(room, rest);
  }

  #set(room: ID, drafts: Draft[]): void {
    if (drafts.length === 0) this.#rooms.delete(room);
    else this.#rooms.set(room, drafts);
    this.#options.onChange(room, drafts);
  }
}
