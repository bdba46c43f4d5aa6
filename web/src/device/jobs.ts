import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Job, JobShelf } from "../store/uploads";
import type { ID } from "../wire/types";

interface Kept {
  me: ID;
  job: Job;
}

interface Schema extends DBSchema {
  jobs: { key: ID; value: Kept; indexes: { me: ID } };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

/** Messages with files that have not left, with the files, in a database of their own. */
function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("madang-uploads", 1, {
    upgrade: (db) => {
      db.createObjectStore("jobs", { keyPath: "job.client_id" }).createIndex("me", "me");
    },
    terminated: () => {
      opened = undefined;
    },
  });
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

const ours = new Map<ID, () => void>();

/** Makes a job this tab's until it is dropped or the tab is closed, once no other tab has it. */
function claim(client: ID): Promise<void> {
  if (ours.has(client) || navigator.locks === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    void navigator.locks.request(`upload ${client}`, () => {
      resolve();
      return new Promise<void>((end) => ours.set(client, end));
    });
  });
}

function release(client: ID): void {
  ours.get(client)?.();
  ours.delete(client);
}

let last: Promise<unknown> = Promise.resolve();

/** One change after the other: what is dropped does not come back by a slower change before. */
function inOrder<T>(work: () => Promise<T>): Promise<T> {
  const next = last.then(work, work);
  last = next.catch(() => undefined);
  return next;
}

export const jobs: JobShelf = {
  load: async (me, take) => {
    const kept = await inOrder(async () => (await database()).getAllFromIndex("jobs", "me", me));
    for (const { job } of kept.toSorted((a, b) => a.job.at - b.job.at)) {
      // The page before this one may still hold it for a moment, another tab until it is done.
      void claim(job.client_id).then(async () => {
        const now = await (await database()).get("jobs", job.client_id);
        if (now === undefined || !take(now.job)) release(job.client_id);
      });
    }
  },
  put: (me, job) =>
    inOrder(async () => {
      await claim(job.client_id);
      await (await database()).put("jobs", { me, job });
    }),
  drop: (_, client) =>
    inOrder(async () => {
      await (await database()).delete("jobs", client);
      release(client);
    }),
  clear: (me) =>
    inOrder(async () => {
      const tx = (await database()).transaction("jobs", "readwrite");
      for (const key of await tx.store.index("me").getAllKeys(me)) {
        await tx.store.delete(key);
        release(key);
      }
      await tx.done;
    }),
};
