// oxlint-disable-next-line import/no-unassigned-import -- it puts IndexedDB where browsers have it
import "fake-indexeddb/auto";
import { openDB } from "idb";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Fault } from "../net/fault";
import type { Draft } from "../net/outbox";
import type { Changes } from "../store/shelf";
import { ann, message, roomOf } from "../testing/stage";
import { IndexedShelf, maxPictures } from "./shelf";

const nothing: Changes = { people: [], rooms: [], logs: [], unlogged: [], gone: [] };
const kept = { info: roomOf("yard", 2), activity: 5, steps: [] };
const log = { id: "yard", entries: [message(1, "ben"), message(2, "ben")], tail: 1 };

const draft = (client_id: string, more: Partial<Draft> = {}): Draft => ({
  room_id: "yard",
  client_id,
  content: { type: "text", text: client_id },
  at: 1,
  ...more,
});

beforeEach(() => {
  const items = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value),
    removeItem: (key: string) => items.delete(key),
  });
  indexedDB = new IDBFactory();
});

describe("what is written", () => {
  test("is there for the next page", async () => {
    await new IndexedShelf().save("ann", {
      ...nothing,
      me: ann,
      epoch: "e1",
      friends: [{ id: "ben", name: "Ben" }],
      people: [{ id: "cat", name: "Cat" }],
      rooms: [kept],
      logs: [log],
    });
    const next = new IndexedShelf();
    expect(await next.load()).toEqual({
      me: ann,
      epoch: "e1",
      friends: [{ id: "ben", name: "Ben" }],
      people: [{ id: "cat", name: "Cat" }],
      rooms: [kept],
      drafts: [],
    });
    expect(await next.logs()).toEqual([log]);
    await next.save("ann", { ...nothing, unlogged: ["yard"] });
    expect(await next.logs()).toEqual([]);
    await next.save("ann", { ...nothing, gone: ["yard"] });
    expect(await next.load()).toMatchObject({ me: ann, rooms: [] });
  });

  test("of one person is not seen by the next, and cleared alone", async () => {
    const shelf = new IndexedShelf();
    await shelf.save("ann", { ...nothing, me: ann, rooms: [kept] });
    await shelf.save("ben", { ...nothing, me: { ...ann, id: "ben" } });
    expect(await shelf.load()).toMatchObject({ me: { id: "ben" }, rooms: [] });
    await shelf.clear("ann");
    expect(await shelf.load()).toMatchObject({ me: { id: "ben" } });
    await shelf.clear("ben");
    expect(await shelf.load()).toBeUndefined();
    expect(await indexedDB.databases()).toEqual([]);
  });

  test("can be cleared while another tab has it open, which goes on with an empty one", async () => {
    const [one, two] = [new IndexedShelf(), new IndexedShelf()];
    await one.save("ann", { ...nothing, me: ann });
    await two.load();
    await one.clear("ann");
    expect(await two.load()).toBeUndefined();
    await two.save("ann", { ...nothing, me: ann });
    expect(await two.load()).toMatchObject({ me: ann });
  });
});

test("drafts are kept in the order in which they were written, each once, with why they failed", async () => {
  const shelf = new IndexedShelf();
  await shelf.save("ann", { ...nothing, me: ann });
  await Promise.all(["c", "a", "b"].map((id) => shelf.putDraft("ann", draft(id))));
  const failed = new Fault("rate_limited", "", { retryAfterMs: 9 });
  await shelf.putDraft("ann", draft("c", { failed }));
  await shelf.dropDraft("ann", "a");
  await shelf.dropDraft("ann", "unknown");
  const drafts = (await new IndexedShelf().load())?.drafts;
  expect(drafts?.map((d) => d.client_id)).toEqual(["c", "b"]);
  expect(drafts?.[0]?.failed).toBeInstanceOf(Fault);
  expect(drafts?.[0]?.failed).toMatchObject({ code: "rate_limited", retryAfterMs: 9, retry: true });
});

test("a database that somebody else made is replaced", async () => {
  (await openDB("madang-ann")).close();
  localStorage.setItem("madang.person", "ann");
  await expect(new IndexedShelf().load()).rejects.toMatchObject({ name: "NotFoundError" });
  const shelf = new IndexedShelf();
  await shelf.save("ann", { ...nothing, me: ann });
  expect(await shelf.load()).toMatchObject({ me: ann });
});

test("of many pictures those that were not needed for longest go", async () => {
  let now = 0;
  vi.spyOn(Date, "now").mockImplementation(() => ++now);
  const shelf = new IndexedShelf();
  const blob = new Blob(["pixels"], { type: "image/jpeg" });
  for (let i = 0; i < maxPictures; i++) await shelf.putPicture("ann", `p${i}`, blob);
  expect((await shelf.picture("ann", "p0"))?.type).toBe("image/jpeg");
  await shelf.putPicture("ann", "new", blob);
  const there = await Promise.all(["p0", "p1", "p2", "new"].map((id) => shelf.picture("ann", id)));
  expect(there.map((found) => found !== undefined)).toEqual([true, false, true, true]);
  expect(await shelf.picture("ben", "p0")).toBeUndefined();
  await shelf.clear("ann");
  expect(await shelf.picture("ann", "p0")).toBeUndefined();
  vi.mocked(Date.now).mockRestore();
});

test("what an older page kept stays", async () => {
  const old = await openDB("madang-ann", 1, {
    upgrade(db) {
      for (const name of ["facts", "rooms", "logs", "people"]) db.createObjectStore(name);
      db.createObjectStore("drafts", { autoIncrement: true }).createIndex("client", "client_id");
    },
  });
  await old.put("facts", ann, "me");
  await old.put("drafts", draft("a"));
  old.close();
  localStorage.setItem("madang.person", "ann");
  const shelf = new IndexedShelf();
  expect((await shelf.load())?.drafts.map((d) => d.client_id)).toEqual(["a"]);
  await shelf.putPicture("ann", "p", new Blob(["pixels"]));
  expect(await shelf.picture("ann", "p")).toBeDefined();
});

test("a full disk keeps all but the entries", async () => {
  const shelf = new IndexedShelf();
  await shelf.save("ann", { ...nothing, me: ann, rooms: [kept], logs: [{ ...log, id: "old" }] });
  const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  await shelf.save("ann", { ...nothing, rooms: [{ ...kept, activity: 6 }], logs: [log] });
  expect(put).toHaveBeenCalled();
  expect(await shelf.load()).toMatchObject({ rooms: [{ activity: 6 }] });
  expect(await shelf.logs()).toEqual([]);
});

test("without storage every function fails and says so", async () => {
  vi.stubGlobal("indexedDB", undefined);
  localStorage.setItem("madang.person", "ann");
  const shelf = new IndexedShelf();
  await expect(shelf.load()).rejects.toThrow(TypeError);
  await expect(shelf.save("ann", nothing)).rejects.toThrow(TypeError);
  await expect(shelf.putDraft("ann", draft("a"))).rejects.toThrow(TypeError);
});
