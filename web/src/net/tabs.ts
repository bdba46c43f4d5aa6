import type { ID } from "../wire/types";
import type { FaultParts, Greeting, News, State } from "./link";
import type { Method } from "./protocol";

/** What tabs say to each other. `from` is who speaks; with `to` it is for one tab alone. */
export type TabMessage = { from: string; to?: string } & (
  | { kind: "lead" } // I have the line now
  | { kind: "who" } // I am new: how does the line stand?
  | { kind: "state"; state: State }
  | { kind: "hello"; hello: Greeting }
  | { kind: "news"; news: News }
  | { kind: "call"; id: number; method: Method; params: unknown; timeoutMs?: number | undefined }
  | { kind: "answer"; id: number; result?: unknown; fault?: FaultParts }
  | { kind: "notify"; method: Method; params: unknown }
  | { kind: "shows"; room: ID | null; visible: boolean }
  | { kind: "closes" }
  | { kind: "start" | "stop" | "wake" }
  | { kind: "ping" | "pong" } // does who has the line live?
);

type Without<T> = T extends unknown ? Omit<T, "from"> : never;

/** A message before it is known who speaks. */
export type Saying = Without<TabMessage>;

/** What tabs of a browser have in common: a lock that one of them holds, and a channel between them. */
export interface Tabs {
  /** Names this tab among the others. */
  readonly id: string;
  /** Queues for the lock, or with `steal` takes it from who has it. `lost` follows when it is taken from this tab. */
  lead(steal: boolean, held: () => void, lost: () => void): void;
  /** Gives the lock back, or leaves the queue. */
  release(): void;
  post(message: TabMessage): void;
  listen(hear: (message: TabMessage) => void): void;
  /** Whether a person can see this tab. */
  visible(): boolean;
  /** Called when that changes, and when the page goes away (false) or is back from where it was put aside (true). */
  watch(onVisible: () => void, onPage: (here: boolean) => void): void;
}
