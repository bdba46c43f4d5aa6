import type { ID } from "../wire/types";
import { faultOf } from "./fault";
import type { LinkOptions, State } from "./link";
import type { Hello } from "./protocol";
import { Socket } from "./socket";
import type { Saying, TabMessage, Tabs } from "./tabs";

/** Host is the tab that has the line: it passes on what it hears, and makes the calls of the others. */
export class Host {
  readonly socket: Socket;
  readonly #tabs: Tabs;
  #hello: Hello | undefined;
  /** What each tab shows, in the order in which a person last saw them. */
  readonly #shows = new Map<string, { room: ID | null; visible: boolean }>();
  /** What the server was told. */
  #open: ID | null = null;
  #ended = false;

  constructor(tabs: Tabs, options: LinkOptions) {
    this.#tabs = tabs;
    this.socket = new Socket({
      ...options,
      onState: (state) => {
        if (this.#ended) return;
        if (state.name !== "online") this.#hello = undefined;
        options.onState(state);
        this.#say({ kind: "state", state });
      },
      onOnline: (hello) => {
        this.#hello = hello;
        this.#open = null; // of the new session
        options.onOnline(hello);
        this.#say({ kind: "hello", hello });
      },
      onNotice: (news) => {
        if (news.method === "have_wanted" && this.#hello !== undefined)
          this.#hello = { ...this.#hello, have_wanted: true };
        options.onNotice(news);
        this.#say({ kind: "news", news });
      },
    });
    this.#say({ kind: "lead" });
  }

  /** A tab shows a room, or none. The one that a person saw last is the open one. */
  shows(tab: string, room: ID | null, visible: boolean): void {
    if (visible) this.#shows.delete(tab);
    this.#shows.set(tab, { room, visible });
    this.#choose();
  }

  /** Another tab has the line from now on. */
  end(): void {
    this.#ended = true;
    this.socket.stop();
  }

  hear(message: TabMessage): void {
    const { from } = message;
    switch (message.kind) {
      case "who":
        this.#answerWho(from, this.socket.state);
        break;
      case "call":
        this.#call(from, message);
        break;
      case "notify":
        this.socket.notify(message.method, message.params as never);
        break;
      case "shows":
        this.shows(from, message.room, message.visible);
        break;
      case "closes":
        this.#shows.delete(from);
        this.#choose();
        break;
      case "start":
        this.socket.start();
        break;
      case "stop":
        this.socket.stop();
        break;
      case "wake":
        this.socket.wake();
        break;
      case "ping":
        this.#say({ kind: "pong", to: from });
        this.#overdue();
        break;
      default:
        break; // of another tab that had the line, or has it
    }
  }

  #answerWho(to: string, state: State): void {
    this.#say({ kind: "state", to, state });
    if (this.#hello !== undefined) this.#say({ kind: "hello", to, hello: { ...this.#hello, late: true } });
  }

  #call(to: string, { id, method, params, timeoutMs }: TabMessage & { kind: "call" }): void {
    this.socket.call(method, params as never, timeoutMs).then(
      (result) => this.#say({ kind: "answer", to, id, result }),
      (thrown: unknown) => {
        const { code, message, field, retryAfterMs } = faultOf(thrown);
        this.#say({ kind: "answer", to, id, fault: { code, message, field, retryAfterMs } });
      },
    );
  }

  /** Browsers slow the clocks of a tab that nobody sees; one that is seen asks, and with that reminds it. */
  #overdue(): void {
    const { state } = this.socket;
    if (state.name === "waiting" && Date.now() >= state.until) this.socket.wake();
  }

  #choose(): void {
    const seen = [...this.#shows.values()].findLast((tab) => tab.visible);
    const room = seen === undefined ? this.#open : seen.room;
    if (room === this.#open || this.socket.state.name !== "online") return;
    this.#open = room;
    this.socket.show(room);
  }

  #say(message: Saying): void {
    this.#tabs.post({ ...message, from: this.#tabs.id });
  }
}
