import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The built program; MADANG_BINARY names another one. */
const binary = process.env["MADANG_BINARY"] ?? new URL("../../bin/madang", import.meta.url).pathname;
const startMs = 30_000;

/** A sandbox server of our own, in a folder and on a port of its own. */
export class Server {
  readonly url: string;
  readonly #listen: string;
  readonly #data: string;
  #process: ChildProcess | undefined;
  #printed = "";

  private constructor(listen: string, data: string) {
    this.url = `http://${listen}`;
    this.#listen = listen;
    this.#data = data;
  }

  static async start(): Promise<Server> {
    if (!existsSync(binary)) throw new Error(`there is no ${binary}; build it with: make build`);
    const data = await mkdtemp(join(tmpdir(), "madang-browser-"));
    const server = new Server(`127.0.0.1:${await freePort()}`, data);
    await server.begin();
    return server;
  }

  /** What the server has printed so far. */
  get printed(): string {
    return this.#printed;
  }

  /** Starts it on its data and address; it serves when this returns. */
  async begin(): Promise<void> {
    const child = spawn(binary, ["serve", "--sandbox", "--listen", this.#listen, "--data", this.#data]);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text: Buffer) => {
        this.#printed += text.toString();
      });
    }
    this.#process = child;
    await this.#ready(child);
  }

  /** Ends it, in order or at once; its data stays. */
  async end(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  /** Ends it and takes its data away. */
  async remove(): Promise<void> {
    await this.end();
    await rm(this.#data, { recursive: true, force: true });
  }

  /** Runs another command of the program on the data of this server; answers what it printed. */
  async command(...args: string[]): Promise<string> {
    const { stdout, stderr } = await promisify(execFile)(binary, [...args, "--data", this.#data]);
    return stdout + stderr;
  }

  /** Users that are there at once, with tokens for REST. */
  async users(count: number): Promise<{ id: string; phone: string; access_token: string }[]> {
    const { users } = await this.rest<{ users: { id: string; phone: string; access_token: string }[] }>(
      "",
      "POST",
      "/sandbox/v1/users",
      { count },
    );
    return users;
  }

  /** One REST call with somebody's token. */
  async rest<T>(token: string, verb: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.url + path, {
      method: verb,
      headers: {
        "Content-Type": "application/json",
        ...(token === "" ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${verb} ${path}: ${answer.status} ${text}`);
    return (text === "" ? {} : JSON.parse(text)) as T;
  }

  /** The last code that was sent to a number. */
  async code(phone: string): Promise<string> {
    const answer = await fetch(`${this.url}/sandbox/v1/sms?phone=${encodeURIComponent(phone)}`);
    const { messages } = (await answer.json()) as { messages: { text: string; at: string }[] };
    const last = messages.toSorted((a, b) => a.at.localeCompare(b.at)).at(-1);
    const code = last === undefined ? undefined : /\d{6}/.exec(last.text)?.[0];
    if (code === undefined) throw new Error(`no code was sent to ${phone}`);
    return code;
  }

  async #ready(child: ChildProcess): Promise<void> {
    const until = Date.now() + startMs;
    while (Date.now() < until) {
      if (child.exitCode !== null) throw new Error(`the server ended at once:\n${this.#printed}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server was not ready after ${startMs / 1000} s:\n${this.#printed}`);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
