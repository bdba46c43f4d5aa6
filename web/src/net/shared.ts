import type { ID } from "../wire/types";
import { Host } from "./host";
import type { Link, LinkOptions, News, State } from "./link";
import type { Calls, Method } from "./protocol";
import { Relay } from "./relay";
import type { Saying, TabMessage, Tabs } from "./tabs";

/** A tab that is seen asks so often whether the one with the line lives. */
const askMs = 700;
/** After so many questions without an answer the line is taken from it: it is frozen, or hangs. */
const unanswered = 2;

/**
 * Shared is the line that the tabs of a browser have in common. Who holds the
 * lock has it (Host), the others follow (Relay). When that tab is closed the
 * browser gives the lock to the next; when it is frozen, a tab that is seen
 * takes it. What was missed meanwhile is asked for by number, as after any
 * loss of a line.
 */
export class Shared implements Link {
  readonly #tabs: Tabs;
  readonly #options: LinkOptions;
  readonly #relay: Relay;
  #host: Host | undefined;
  #begun = false;
  #room: ID | null = null;
  #asked = 0;

  constructor(tabs: Tabs, options: LinkOptions) {
    this.#tabs = tabs;
    this.#options = options;
    this.#relay = new Relay(tabs, options);
  }

  get state(): State {
    if (!this.#begun) return { name: "stopped" };
    return this.#host?.socket.state ?? this.#relay.state;
  }

  get leads(): boolean {
    return this.#host !== undefined;
  }

  start(): void {
    if (!this.#begun) this.#begin();
    else if (this.#host === undefined) this.#say({ kind: "start" });
    else this.#host.socket.start();
  }

  stop(): void {
    if (this.#host === undefined) this.#say({ kind: "stop" });
    else this.#host.socket.stop();
  }

  wake(): void {
    if (this.#host !== undefined) this.#host.socket.wake();
    else if (this.#begun) this.#say({ kind: "wake" });
  }

  call<M extends Method>(
    method: M,
    params: Calls[M]["params"],
    timeoutMs?: number,
  ): Promise<Calls[M]["result"]> {
    return (this.#host?.socket ?? this.#relay).call(method, params, timeoutMs);
  }

  notify<M extends Method>(method: M, params: Calls[M]["params"]): void {
    if (this.#host !== undefined) this.#host.socket.notify(method, params);
    // What all tabs have, one of them tells: who has the line, and who is seen, whose clock is not slowed.
    else if (method !== "have" || this.#tabs.visible()) this.#say({ kind: "notify", method, params });
  }

  show(room: ID | null): void {
    this.#room = room;
    this.#tellShown();
  }

  tell(news: News): void {
    this.#say({ kind: "news", news });
  }

  #begin(): void {
    this.#begun = true;
    this.#tabs.listen((message) => this.#hear(message));
    this.#tabs.watch(
      () => {
        this.#tellShown();
        this.#ask();
      },
      (here) => {
        if (here) this.#follow();
        else this.#rest();
      },
    );
    setInterval(() => this.#ask(), askMs);
    this.#follow();
  }

  /** Hears what the others tell, and waits to have the line itself. */
  #follow(): void {
    this.#asked = 0;
    this.#relay.leader = undefined;
    this.#relay.enter({ name: "connecting" });
    this.#say({ kind: "who" });
    this.#tellShown();
    this.#queue(false);
  }

  #queue(steal: boolean): void {
    this.#tabs.lead(
      steal,
      () => this.#lead(),
      () => {
        this.#rest();
        this.#follow();
      },
    );
  }

  #lead(): void {
    this.#relay.end();
    this.#host = new Host(this.#tabs, this.#options);
    this.#tellShown();
    // Whether somebody is signed in is for the server to say.
    this.#host.socket.start();
  }

  /** The page is put aside, or another tab took the line. */
  #rest(): void {
    this.#host?.end();
    this.#host = undefined;
    this.#tabs.release();
    this.#say({ kind: "closes" });
  }

  #hear(message: TabMessage): void {
    if (message.to !== undefined && message.to !== this.#tabs.id) return;
    if (message.kind === "news") {
      this.#options.onNotice(message.news);
    } else if (this.#host !== undefined) {
      this.#host.hear(message);
    } else {
      this.#relay.hear(message);
      if (message.kind === "lead") this.#tellShown();
    }
    if (message.from === this.#relay.leader) this.#asked = 0;
  }

  /** Counts questions, not time: after a sleep of the whole device nobody is late. */
  #ask(): void {
    if (this.#host !== undefined || !this.#tabs.visible()) return;
    if (this.#asked >= unanswered) {
      this.#asked = 0;
      this.#queue(true);
      return;
    }
    this.#asked++;
    this.#say({ kind: "ping" });
  }

  #tellShown(): void {
    const visible = this.#tabs.visible();
    if (this.#host !== undefined) this.#host.shows(this.#tabs.id, this.#room, visible);
    else if (this.#begun) this.#say({ kind: "shows", room: this.#room, visible });
  }

  #say(message: Saying): void {
    this.#tabs.post({ ...message, from: this.#tabs.id });
  }
}
