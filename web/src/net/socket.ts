import { maxInFlight } from "../wire/limits";
import type { ID } from "../wire/types";
import { backoff } from "./backoff";
import { Fault, codeOf, signedOut } from "./fault";
import type { Link, LinkOptions, State } from "./link";
import { type Calls, type Hello, type Method, type Notice, close } from "./protocol";

/** The part of WebSocket that is used; tests put a script in its place. Events are read for `data` and `code` alone. */
export interface Line {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

interface Waiting {
  resolve: (result: never) => void;
  reject: (fault: Fault) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** A line that says nothing for so long is asked whether it lives. */
const quietMs = 45_000;
/** A call that is not answered for so long means that the line is dead. */
const answerMs = 20_000;
/** How long a line that is being asked has, when somebody is looking. */
const probeMs = 4_000;

/**
 * Socket keeps one line to the server: says hello, matches answers to calls,
 * passes on what the server says by itself in order, and comes back after a
 * loss with growing pauses. It keeps no calls for later: a call without an
 * answer fails with `offline`, and whoever made it decides what that means.
 */
export class Socket implements Link {
  readonly leads = true;
  readonly #options: LinkOptions;
  #state: State = { name: "stopped" };
  #line: Line | undefined;
  #calls = new Map<number, Waiting>();
  #lastId = 0;
  #attempts = 0;
  #heardAt = 0;
  #reconnect: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  /** The pause that a `bye` asked for. */
  #pauseMs: number | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  /** Connects, now if it was waiting. */
  start(): void {
    if (this.#state.name === "online" || this.#state.name === "connecting") return;
    this.#connect();
  }

  /** Closes the line and stays away. */
  stop(): void {
    this.#drop({ name: "stopped" }, 1000);
  }

  /** Asks a line that may have died unnoticed, as after a sleep, or connects at once. */
  wake(): void {
    if (this.#state.name === "waiting") {
      this.#connect();
    } else if (this.#state.name === "online") {
      this.call("ping", {}, probeMs).catch(() => undefined);
    }
  }

  /** Makes a call. Fails with a Fault; `offline` when no answer came. */
  call<M extends Method>(
    method: M,
    params: Calls[M]["params"],
    timeoutMs = answerMs,
  ): Promise<Calls[M]["result"]> {
    if (this.#state.name !== "online") return Promise.reject(new Fault("offline"));
    return this.#call(method, params, timeoutMs);
  }

  /** Says something that needs no answer. Dropped when there is no line. */
  notify<M extends Method>(method: M, params: Calls[M]["params"]): void {
    if (this.#state.name === "online") this.#line?.send(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  show(room: ID | null): void {
    this.call("room.open", { room_id: room }).catch(() => undefined); // the next line is told again
  }

  /** There is no other tab. */
  tell(): void {}

  #call<M extends Method>(
    method: M,
    params: Calls[M]["params"],
    timeoutMs: number,
  ): Promise<Calls[M]["result"]> {
    if (this.#calls.size >= maxInFlight) return Promise.reject(new Fault("too_many_in_flight"));
    const id = ++this.#lastId;
    const line = this.#line;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        if (line === this.#line) this.#lost(0);
      }, timeoutMs);
      this.#calls.set(id, { resolve, reject, timer });
      line?.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  #connect(): void {
    clearTimeout(this.#reconnect);
    this.#enter({ name: "connecting" });
    this.#pauseMs = undefined;
    const line = this.#options.open();
    this.#line = line;
    // A line that never opens ends like one that dies; browsers wait for minutes.
    this.#reconnect = setTimeout(() => this.#lost(0), answerMs);
    line.onopen = () => {
      clearTimeout(this.#reconnect);
      this.#hello(line);
    };
    line.onmessage = (event: { data: string }) => {
      if (line === this.#line) this.#receive(event.data);
    };
    line.onclose = (event: { code: number }) => {
      if (line === this.#line) this.#lost(event.code);
    };
  }

  #hello(line: Line): void {
    const id = ++this.#lastId;
    const done = (hello: Hello): void => {
      this.#attempts = 0;
      this.#heartbeat = setInterval(() => this.#beat(), quietMs / 3);
      this.#enter({ name: "online" });
      this.#options.onOnline(hello);
    };
    const refused = (fault: Fault): void => {
      if (line !== this.#line) return;
      if (signedOut(fault)) {
        this.#drop({ name: "signed-out" }, 1000);
        return;
      }
      this.#pauseMs = fault.retryAfterMs;
      this.#lost(0);
    };
    const timer = setTimeout(() => refused(new Fault("offline")), answerMs);
    this.#calls.set(id, { resolve: done, reject: refused, timer });
    line.send(JSON.stringify({ jsonrpc: "2.0", id, method: "hello", params: this.#options.hello() }));
  }

  #receive(data: string): void {
    this.#heardAt = Date.now();
    const frame: unknown = JSON.parse(data);
    for (const message of Array.isArray(frame) ? frame : [frame]) this.#message(message as Incoming);
  }

  #message(message: Incoming): void {
    if (message.method !== undefined) {
      if (message.method === "bye") {
        this.#pauseMs = (message.params as { reconnect_after_ms?: number }).reconnect_after_ms;
      }
      this.#options.onNotice({ method: message.method, params: message.params } as Notice);
      return;
    }
    const call = this.#calls.get(message.id ?? 0);
    if (call === undefined) return;
    this.#calls.delete(message.id ?? 0);
    clearTimeout(call.timer);
    if (message.error === undefined) {
      call.resolve(message.result as never);
    } else {
      const { data } = message.error;
      const more = { field: data?.field, retryAfterMs: data?.retry_after_ms };
      call.reject(new Fault(codeOf(data?.code), message.error.message, more));
    }
  }

  #beat(): void {
    if (Date.now() - this.#heardAt > quietMs) this.call("ping", {}).catch(() => undefined);
  }

  /** The line ended with a close code, or we gave it up (0). */
  #lost(code: number): void {
    if (code === close.signedOut) {
      this.#drop({ name: "signed-out" }, 1000);
      return;
    }
    const pause = this.#pauseMs ?? (code === close.resume ? 0 : backoff(this.#attempts));
    this.#attempts++;
    this.#drop({ name: "waiting", until: Date.now() + pause }, 1000);
    this.#reconnect = setTimeout(() => this.#connect(), pause);
  }

  #drop(next: State, code: number): void {
    clearTimeout(this.#reconnect);
    clearInterval(this.#heartbeat);
    const line = this.#line;
    this.#line = undefined;
    if (line !== undefined) {
      line.onopen = line.onmessage = line.onclose = null;
      line.close(code);
    }
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    this.#enter(next);
    for (const call of calls) {
      clearTimeout(call.timer);
      call.reject(new Fault("offline"));
    }
  }

  #enter(state: State): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

interface Incoming {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: {
    code: number;
    message: string;
    data?: { code?: string; field?: string; retry_after_ms?: number };
  };
}
