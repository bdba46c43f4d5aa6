import type { Running, Transport } from "../net/transport";

/** The browser's way for files. The code for it comes with the first one. */
export const transport: Transport = {
  send: (file, address, watch) => {
    let running: Running | undefined;
    let stopped: boolean | undefined;
    const done = import("./tus").then((tus) => {
      running = tus.send(file, address, watch);
      if (stopped !== undefined) running.stop(stopped);
      return running.done;
    });
    return {
      done,
      stop: (remove) => {
        stopped = remove;
        running?.stop(remove);
      },
    };
  },
  limit: async () => (await import("./tus")).limit(),
};
