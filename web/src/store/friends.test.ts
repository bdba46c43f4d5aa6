import { beforeEach, expect, test } from "vitest";
import { Api } from "../net/api";
import { Fault } from "../net/fault";
import type { Request } from "../net/http";
import type { Friend } from "../wire/types";
import { Friends, batch } from "./friends";
import { People } from "./people";

/** A server that knows who has which number. */
let list: Friend[];
let book: Map<string, Friend>;
let asked: string[];
let left: number;
let people: People;
let friends: Friends;

const person = (id: string): Friend => ({ id, name: id });

beforeEach(() => {
  list = [person("ben")];
  book = new Map();
  asked = [];
  left = Number.POSITIVE_INFINITY;
  people = new People(() => undefined);
  friends = new Friends(new Api(answer as Request), people);
});

function answer(verb: string, path: string, body?: unknown): Promise<unknown> {
  asked.push(`${verb} ${path}`);
  if (path.startsWith("/v1/friends?")) {
    return Promise.resolve({ friends: path.includes("hidden") ? [] : [...list] });
  }
  if (path === "/v1/contacts") return contacts((body as { phones: string[] }).phones);
  if (path.startsWith("/v1/recommendations"))
    return Promise.resolve({ users: [person("cat"), person("dan")] });
  if (path === "/v1/blocks") return Promise.resolve({ users: [] });
  const id = path.split("/").at(-1) ?? "";
  if (verb === "PUT") list.push(person(id));
  if (verb === "DELETE") list = list.filter((f) => f.id !== id);
  if (verb === "PATCH") list = list.map((f) => (f.id === id ? { ...f, ...(body as object) } : f));
  return Promise.resolve(list.find((f) => f.id === id) ?? {});
}

function contacts(phones: string[]): Promise<unknown> {
  const may = phones.slice(0, left);
  left -= may.length;
  const found = may.flatMap((p) => book.get(p) ?? []);
  list.push(...found.filter((f) => list.every((known) => known.id !== f.id)));
  if (may.length < phones.length) return Promise.reject(new Fault("contacts_budget"));
  return Promise.resolve({ friends: found });
}

const ids = (): string[] => (people.friends.value ?? []).map((f) => f.id);

test("several wishes to load while a list is on its way are one more look", async () => {
  await Promise.all([friends.load(), friends.load(), friends.load()]);
  expect(asked).toHaveLength(2);
  expect(ids()).toEqual(["ben"]);
});

test("the answer to somebody who signed out is dropped", async () => {
  const loading = friends.load();
  friends.clear();
  await loading;
  expect(people.friends.value).toBeUndefined();
});

test("a phone book is looked up in batches, and tells who is new", async () => {
  const phones = Array.from({ length: batch + 20 }, (_, i) => `+8210${String(i).padStart(8, "0")}`);
  book.set(phones[3] ?? "", person("ben")).set(phones[batch + 1] ?? "", person("cat"));
  const progress: number[] = [];
  const found = await friends.lookUp(phones, (n) => progress.push(n));
  expect(found).toEqual({ added: [person("cat")], known: 1, asked: phones.length });
  expect(progress).toEqual([batch, batch + 20]);
  expect(ids()).toEqual(["ben", "cat"]);
});

test("what was found before the budget ended stays found", async () => {
  const phones = ["+1", "+2", "+3"];
  book.set("+1", person("cat")).set("+3", person("dan"));
  left = 2;
  const found = await friends.lookUp(phones, () => undefined);
  expect(found.added).toEqual([person("cat")]);
  expect(found.asked).toBe(0);
  expect(found.fault?.code).toBe("contacts_budget");
});

test("who was removed comes back with what was noted about them", async () => {
  await friends.load();
  await friends.mark("ben", { nickname: "Benny", favourite: true });
  const [ben] = people.friends.value ?? [];
  if (ben === undefined) throw new Error("ben is no friend");
  await friends.remove("ben");
  expect(ids()).toEqual([]);
  expect(people.get("ben").value).toEqual({ id: "ben", name: "ben" });
  await friends.restore(ben);
  expect(people.friends.value).toEqual([ben]);
  expect(people.get("ben").value?.nickname).toBe("Benny");
});

test("a mark that was taken away is gone, and does not come back with the friend", async () => {
  await friends.load();
  await friends.mark("ben", { hidden: true });
  list = [person("ben")]; // the server leaves out what is false
  await friends.mark("ben", {});
  expect(people.get("ben").value).toEqual({ id: "ben", name: "ben" });
});

test("a profile without what it had before has it no more", async () => {
  people.put({ id: "ben", name: "ben", status_message: "away", photo_id: "p1", favourite: true });
  people.putProfile({ id: "ben", name: "Ben" });
  expect(people.get("ben").value).toEqual({ id: "ben", name: "Ben", favourite: true });
});

test("who was recommended and is a friend now is recommended no longer", async () => {
  await friends.loadRecommended();
  await friends.add("cat");
  expect(friends.recommended.value.map((u) => u.id)).toEqual(["dan"]);
  expect(ids()).toEqual(["ben", "cat"]);
});
