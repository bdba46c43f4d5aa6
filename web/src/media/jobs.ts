import type { JobShelf } from "../store/uploads";

/** Where unfinished messages with files are kept on this device; its code comes when it is needed. */
export const jobs: JobShelf = {
  load: async (me, take) => (await import("../device/jobs")).jobs.load(me, take),
  put: async (me, job) => (await import("../device/jobs")).jobs.put(me, job),
  drop: async (me, client) => (await import("../device/jobs")).jobs.drop(me, client),
  clear: async (me) => (await import("../device/jobs")).jobs.clear(me),
};
