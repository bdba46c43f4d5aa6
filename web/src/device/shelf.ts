import { type DBSchema, type IDBPDatabase, deleteDB, openDB } from "idb";
import { type Draft, type PackedDraft, pack, unpack } from "../net/outbox";
import type { Person } from "../store/people";
import type { Changes, Kept, KeptLog, KeptRoom, Shelf } from "../store/shelf";
import type { Friend, ID, Me } from "../wire/types";

interface Schema extends DBSchema {
  /** `me`, `epoch`, `friends`, each under its name. */
  facts: { key: string; value: unknown };
  people: { key: ID; value: Person };
  rooms: { key: ID; value: KeptRoom };
  logs: { key: ID; value: KeptLog };
  /** Numbered as they were written, so that they leave in that order. */
  drafts: { key: number; value: PackedDraft; indexes: { client: ID } };
  /** Small ones, with the time (milliseconds of Date.now) when they were last needed. */
  pictures: { key: ID; value: { id: ID; blob: Blob; at: number }; indexes: { at: number } };
}

/** 2: pictures */
const version = 2;
/** Where localStorage names the person who was here last. */
const pointer = "madang.person";
/** A page that was never used for so long does not wait for its database: some browsers let it hang. */
const patienceMs = 5000;
/** More people than this were met only in passing; who is needed is asked for again. */
const maxPeople = 3000;
/** So many pictures are kept. */
export const maxPictures = 200;

const databaseOf = (me: ID): string => `madang-${me}`;

/** What is known, in IndexedDB: one database for each person, so that nothing of one is ever seen by another. */
export class IndexedShelf implements Shelf {
  #me: ID = "";
  #open: Promise<IDBPDatabase<Schema>> | undefined;

  async load(): Promise<Kept | undefined> {
    const me = localStorage.getItem(pointer);
    if (me === null) return undefined;
    try {
      return await soon(this.#load(me));
    } catch (thrown) {
      // A database without our tables is not made by us and would be in the way for ever.
      if (thrown instanceof DOMException && thrown.name === "NotFoundError") await this.clear(me);
      throw thrown;
    }
  }

  async #load(id: ID): Promise<Kept | undefined> {
    const db = await this.#database(id);
    const tx = db.transaction(["facts", "people", "rooms", "drafts"]);
    const facts = tx.objectStore("facts");
    const [me, epoch, friends, people, rooms, drafts] = await Promise.all([
      facts.get("me") as Promise<Me | undefined>,
      facts.get("epoch") as Promise<string | undefined>,
      facts.get("friends") as Promise<readonly Friend[] | undefined>,
      tx.objectStore("people").getAll(),
      tx.objectStore("rooms").getAll(),
      tx.objectStore("drafts").getAll(),
    ]);
    if (me?.id !== id) return undefined;
    if (people.length > maxPeople) void db.clear("people").catch(() => undefined);
    return { me, epoch: epoch ?? "", friends, people, rooms, drafts: drafts.map(unpack) };
  }

  async logs(): Promise<readonly KeptLog[]> {
    return soon((await this.#database(this.#me)).getAll("logs"));
  }

  async save(me: ID, changes: Changes): Promise<void> {
    const db = await this.#database(me);
    localStorage.setItem(pointer, me);
    try {
      await write(db, changes);
    } catch (thrown) {
      if (!(thrown instanceof DOMException) || thrown.name !== "QuotaExceededError") throw thrown;
      // The entries and pictures are what is large, and the server has them.
      await Promise.all([db.clear("logs"), db.clear("pictures")]);
      await write(db, { ...changes, logs: [] });
    }
  }

  async putDraft(me: ID, draft: Draft): Promise<void> {
    const tx = (await this.#database(me)).transaction("drafts", "readwrite");
    const number = await tx.store.index("client").getKey(draft.client_id);
    await Promise.all([tx.store.put(pack(draft), number), tx.done]);
  }

  async dropDraft(me: ID, client: ID): Promise<void> {
    const tx = (await this.#database(me)).transaction("drafts", "readwrite");
    const number = await tx.store.index("client").getKey(client);
    if (number !== undefined) await tx.store.delete(number);
    await tx.done;
  }

  async putPicture(me: ID, id: ID, blob: Blob): Promise<void> {
    const { store, done } = (await this.#database(me)).transaction("pictures", "readwrite", {
      durability: "relaxed",
    });
    await store.put({ id, blob, at: Date.now() });
    const over = (await store.count()) - maxPictures;
    const oldest = over > 0 ? await store.index("at").getAllKeys(null, over) : [];
    await Promise.all([...oldest.map((old) => store.delete(old)), done]);
  }

  async picture(me: ID, id: ID): Promise<Blob | undefined> {
    const { store, done } = (await this.#database(me)).transaction("pictures", "readwrite", {
      durability: "relaxed",
    });
    const kept = await store.get(id);
    if (kept !== undefined) await store.put({ ...kept, at: Date.now() });
    await done;
    return kept?.blob;
  }

  async clear(me: ID): Promise<void> {
    if (localStorage.getItem(pointer) === me) localStorage.removeItem(pointer);
    const open = this.#open;
    this.#open = undefined;
    await open?.then(
      (db) => db.close(),
      () => undefined,
    );
    await deleteDB(databaseOf(me));
  }

  #database(me: ID): Promise<IDBPDatabase<Schema>> {
    if (this.#open !== undefined && this.#me === me) return this.#open;
    void this.#open?.then((db) => db.close()).catch(() => undefined);
    this.#me = me;
    const open = openDB<Schema>(databaseOf(me), version, {
      upgrade(db, before) {
        if (before < 1) {
          db.createObjectStore("facts");
          db.createObjectStore("people", { keyPath: "id" });
          db.createObjectStore("rooms", { keyPath: "info.id" });
          db.createObjectStore("logs", { keyPath: "id" });
          db.createObjectStore("drafts", { autoIncrement: true }).createIndex("client", "client_id", {
            unique: true,
          });
        }
        db.createObjectStore("pictures", { keyPath: "id" }).createIndex("at", "at");
      },
      // Another tab deletes it, or a newer version of this page changes it.
      blocking: () => {
        lost();
        void open.then((db) => db.close());
      },
      terminated: () => lost(),
    });
    const lost = (): void => {
      if (this.#open === open) this.#open = undefined;
    };
    open.catch(lost);
    this.#open = open;
    return open;
  }
}

async function write(db: IDBPDatabase<Schema>, changes: Changes): Promise<void> {
  const tx = db.transaction(["facts", "people", "rooms", "logs"], "readwrite", { durability: "relaxed" });
  const facts = tx.objectStore("facts");
  const rooms = tx.objectStore("rooms");
  const logs = tx.objectStore("logs");
  const work: Promise<unknown>[] = [];
  for (const name of ["me", "epoch", "friends"] as const) {
    if (changes[name] !== undefined) work.push(facts.put(changes[name], name));
  }
  for (const person of changes.people) work.push(tx.objectStore("people").put(person));
  for (const room of changes.rooms) work.push(rooms.put(room));
  for (const log of changes.logs) work.push(logs.put(log));
  for (const id of changes.unlogged) work.push(logs.delete(id));
  for (const id of changes.gone) work.push(rooms.delete(id), logs.delete(id));
  // Why a transaction ended is told by the whole of it alone; its requests then say no more than that.
  for (const request of work) request.catch(() => undefined);
  await tx.done;
}

function soon<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the database does not answer")), patienceMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
