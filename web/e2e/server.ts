import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The built program; MADANG_BINARY names another one. */
const binary = process.env["MADANG_BINARY"] ?? new URL("../../bin/madang", import.meta.url).pathname;
const startMs = 30_000;

/** A sandbox server of our own, in a folder and on a port of its own. */
export class Server {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #data: string;
  #printed: string;

  private constructor(url: string, process: ChildProcess, data: string) {
    this.url = url;
    this.#process = process;
    this.#data = data;
    this.#printed = "";
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on("data", (text: Buffer) => {
        this.#printed += text.toString();
      });
    }
  }

  static async start(): Promise<Server> {
    if (!existsSync(binary)) throw new Error(`there is no ${binary}; build it with: make build`);
    const data = await mkdtemp(join(tmpdir(), "madang-browser-"));
    const listen = `127.0.0.1:${await freePort()}`;
    const child = spawn(binary, ["serve", "--sandbox", "--listen", listen, "--data", data], { stdio: "pipe" });
    const server = new Server(`http://${listen}`, child, data);
    await server.#ready();
    return server;
  }

  /** What the server has printed so far. */
  get printed(): string {
    return this.#printed;
  }

  /** Ends the server and takes its data away. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGTERM");
      await ended;
    }
    await rm(this.#data, { recursive: true, force: true });
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

  async #ready(): Promise<void> {
    const until = Date.now() + startMs;
    while (Date.now() < until) {
      if (this.#process.exitCode !== null) throw new Error(`the server ended at once:\n${this.#printed}`);
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
