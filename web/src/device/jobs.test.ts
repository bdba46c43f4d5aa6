// oxlint-disable-next-line import/no-unassigned-import -- it puts IndexedDB where browsers have it
import "fake-indexeddb/auto";
import { beforeEach, expect, test, vi } from "vitest";
import type { Job } from "../store/uploads";

type Jobs = (typeof import("./jobs"))["jobs"];

/** Who has which lock of the browser, and who waits for it. */
let locks: Map<string, Promise<void>>;

const job = (client_id: string, at = 1): Job => ({
  room_id: "yard",
  client_id,
  content: { type: "photo" },
  at,
  files: [{ id: `${client_id}-file`, kind: "photo", name: "a.jpg", blob: new Blob(["12345"]) }],
  addresses: {},
});

beforeEach(() => {
  indexedDB = new IDBFactory();
  locks = new Map();
  vi.stubGlobal("navigator", {
    locks: {
      request: async (name: string, work: () => Promise<void>) => {
        const held = (locks.get(name) ?? Promise.resolve()).then(work);
        locks.set(name, held);
        await held;
      },
    },
  });
});

/** Another tab, with code of its own. */
async function tab(): Promise<Jobs> {
  vi.resetModules();
  return (await import("./jobs")).jobs;
}

/** What a tab is given when somebody signs in there. */
async function loaded(jobs: Jobs, me: string): Promise<string[]> {
  const got: string[] = [];
  await jobs.load(me, (one) => got.push(one.client_id) > 0);
  return got;
}

test("what is unfinished is there for the next page, oldest first, for the same person alone", async () => {
  const before = await tab();
  await before.put("ann", job("later", 2));
  await before.put("ann", job("first", 1));
  await before.put("ben", job("other"));
  await before.put("ann", { ...job("gone"), at: 0 });
  await before.drop("ann", "gone");
  locks.clear(); // as when its page is closed
  const after = await tab();
  const got = await loaded(after, "ann");
  await vi.waitFor(() => expect(got).toEqual(["first", "later"]));
});

test("a message is that of one tab: another one gets it only when the first lets go, and not when it left", async () => {
  const first = await tab();
  await first.put("ann", job("sent"));
  await first.put("ann", job("left"));
  const second = await tab();
  const got = await loaded(second, "ann");
  await first.drop("ann", "sent");
  await vi.waitFor(() => expect(locks.size).toBe(2));
  await new Promise(setImmediate);
  expect(got).toEqual([]);
  await first.put("ann", { ...job("left"), at: 5 });
  expect(got).toEqual([]);
});

test("the newest state is kept, with its files; signing out deletes one's own", async () => {
  const jobs = await tab();
  await jobs.put("ann", job("a"));
  await jobs.put("ann", { ...job("a"), addresses: { "a-file": "/up/1" } });
  await jobs.put("ben", job("b"));
  await jobs.clear("ann");
  expect(await loaded(jobs, "ann")).toEqual([]);
  locks.clear();
  const after = await tab();
  const got: Job[] = [];
  await after.load("ben", (one) => got.push(one) > 0);
  await vi.waitFor(() => expect(got.map((one) => one.files[0]?.name)).toEqual(["a.jpg"]));
});
