import { Fault } from "./fault";
import type { LinkOptions, State } from "./link";
import type { Calls, Method } from "./protocol";
import type { TabMessage, Tabs } from "./tabs";

interface Waiting {
  resolve: (result: never) => void;
  reject: (fault: Fault) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** A little longer than the line itself waits for an answer. */
const answerMs = 25_000;

/** Relay is a tab whose calls go through the one that has the line. */
export class Relay {
  state: State = { name: "connecting" };
  /** Who has the line, as far as is known. */
  leader: string | undefined;
  readonly #tabs: Tabs;
  readonly #options: LinkOptions;
  readonly #calls = new Map<number, Waiting>();
  #lastId = 0;

  constructor(tabs: Tabs, options: LinkOptions) {
    this.#tabs = tabs;
    this.#options = options;
  }

  call<M extends Method>(
    method: M,
    params: Calls[M]["params"],
    timeoutMs?: number,
  ): Promise<Calls[M]["result"]> {
    if (this.state.name !== "online") return Promise.reject(new Fault("offline"));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#calls.delete(id);
        reject(new Fault("offline"));
      }, answerMs);
      this.#calls.set(id, { resolve, reject, timer });
      this.#tabs.post({ kind: "call", from: this.#tabs.id, id, method, params, timeoutMs });
    });
  }

  hear(message: TabMessage): void {
    switch (message.kind) {
      case "lead":
        this.leader = message.from;
        this.enter({ name: "connecting" });
        break;
      case "state":
        this.leader ??= message.from;
        if (message.from === this.leader) this.enter(message.state);
        break;
      case "hello":
        if (message.from === this.leader) this.#options.onOnline(message.hello);
        break;
      case "answer":
        this.#answer(message);
        break;
      default:
        break;
    }
  }

  /** Another state, in which no answers of the one before are to be had. */
  enter(state: State): void {
    this.state = state;
    if (state.name !== "online") this.end();
    this.#options.onState(state);
  }

  /** Whoever had the line is gone, and with it the answers. */
  end(): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const { timer, reject } of calls) {
      clearTimeout(timer);
      reject(new Fault("offline"));
    }
  }

  #answer({ id, result, fault }: TabMessage & { kind: "answer" }): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    clearTimeout(call.timer);
    if (fault === undefined) call.resolve(result as never);
    else call.reject(new Fault(fault.code, fault.message, fault));
  }
}
