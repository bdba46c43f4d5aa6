import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { Server } from "./server";

// A client of the upload protocol that nobody here wrote, killed in the middle,
// with the server killed in between: the file is whole in the end.

let server: Server;
let folder: string;
const clients = new Set<ChildProcess>();

beforeAll(async () => {
  server = await Server.start();
  folder = await mkdtemp(join(tmpdir(), "madang-upload-"));
});

afterAll(async () => {
  for (const client of clients) client.kill("SIGKILL");
  await server.remove();
  await rm(folder, { recursive: true, force: true });
});

const uploader = new URL("fixtures/uploader.mjs", import.meta.url).pathname;

/** Starts the client; answers what it prints until it ends, or until it says the word. */
async function run(args: string[], word?: string): Promise<{ client: ChildProcess; printed: string }> {
  const client = spawn(process.execPath, [uploader, ...args]);
  clients.add(client);
  let printed = "";
  await new Promise<void>((resolve) => {
    client.stdout.on("data", (text: Buffer) => {
      printed += text.toString();
      if (word !== undefined && printed.includes(word)) resolve();
    });
    client.stderr.on("data", (text: Buffer) => {
      printed += text.toString();
    });
    client.once("close", () => resolve());
  });
  return { client, printed };
}

async function kill(client: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => client.once("exit", resolve));
  client.kill("SIGKILL");
  await ended;
  clients.delete(client);
}

const sum = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test.each([
  ["in parts, the server stopped", 256 * 1024, "SIGTERM"],
  ["in one request, the server killed", Number.MAX_SAFE_INTEGER, "SIGKILL"],
] as const)("an upload cut at half goes on: %s", async (name, chunk, signal) => {
  const [user] = await server.users(1);
  const token = user?.access_token ?? "";
  const file = join(folder, `${chunk}.bin`);
  const bytes = randomBytes(12_000_000);
  await writeFile(file, bytes);
  const args = [`${server.url}/v1/media/uploads`, token, file, join(folder, `${chunk}.json`), String(chunk)];

  const first = await run([...args, "stop"], "half");
  expect(first.printed, name).toContain("half");
  await kill(first.client);
  await server.end(signal);
  await server.begin();

  const second = await run(args);
  expect(second.printed).toContain("goes on");
  const id = /\/v1\/media\/uploads\/(\S+)/.exec(second.printed)?.[1];
  expect(id, second.printed).toBeDefined();
  const media = await server.rest<{ state: string; size: number; links: { original: string } }>(
    token,
    "GET",
    `/v1/media/${id}`,
  );
  expect(media.state).toBe("ready");
  expect(media.size).toBe(bytes.length);
  const answer = await fetch(server.url + media.links.original);
  expect(sum(new Uint8Array(await answer.arrayBuffer()))).toBe(sum(bytes));
  expect(sum(await readFile(file))).toBe(sum(bytes));
});
