import type { ID } from "../wire/types";
import type { Fault } from "./fault";
import type { Calls, Hello, HelloParams, Method, Notice } from "./protocol";
import type { PackedDraft } from "./outbox";
import type { Line } from "./socket";

/** Where the connection stands. `waiting` ends at `until` (milliseconds of Date.now). */
export type State =
  | { name: "stopped" }
  | { name: "connecting" }
  | { name: "online" }
  | { name: "waiting"; until: number }
  | { name: "signed-out" };

/** What tabs tell each other of drafts. */
export type DraftNews =
  | { method: "unsent"; params: PackedDraft }
  | { method: "unsent-gone"; params: { room_id: ID; client_id: ID } };

/** What a session hears: from the server, or from the other tabs of this browser. */
export type News = Notice | DraftNews;

/** What hello answered. `late`: to another tab, a while ago; the profile may have changed since. */
export type Greeting = Hello & { late?: boolean };

export interface LinkOptions {
  open: () => Line;
  hello: () => HelloParams;
  /** Called in the same turn in which hello was answered, before any notification that follows it. */
  onOnline: (hello: Greeting) => void;
  onNotice: (news: News) => void;
  onState: (state: State) => void;
}

/**
 * Link is how a session reaches the server: by a line of its own (Socket), or
 * by the one that the tabs of a browser have in common (Shared).
 */
export interface Link {
  readonly state: State;
  /** Whether this tab has the line. It alone sends what waits, and writes to the device what is known. */
  readonly leads: boolean;
  /** Connects, now if it was waiting. */
  start(): void;
  /** Closes the line, for all tabs, and stays away: the person signed out. */
  stop(): void;
  /** Asks a line that may have died unnoticed, as after a sleep, or connects at once. */
  wake(): void;
  /** Makes a call. Fails with a Fault; `offline` when no answer came. */
  call<M extends Method>(
    method: M,
    params: Calls[M]["params"],
    timeoutMs?: number,
  ): Promise<Calls[M]["result"]>;
  /** Says something that needs no answer. Dropped when there is no line. */
  notify<M extends Method>(method: M, params: Calls[M]["params"]): void;
  /** This tab shows the room, or none. */
  show(room: ID | null): void;
  /**
   * Tells the other tabs what they would not hear: the server passes what one
   * does to all one's sessions but the one that did it, and that is theirs too.
   */
  tell(news: News): void;
}

/** A fault as it goes from tab to tab. */
export type FaultParts = Pick<Fault, "code" | "message" | "field" | "retryAfterMs">;
