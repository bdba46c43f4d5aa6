import type { TabMessage, Tabs } from "../net/tabs";
import { uuid } from "../net/uuid";

const name = "madang.line";

/** What the tabs of this browser have in common; undefined where there are no locks or no channels, as without TLS. */
export function browserTabs(): Tabs | undefined {
  if (!("locks" in navigator) || typeof BroadcastChannel === "undefined") return undefined;
  const channel = new BroadcastChannel(name);
  const id = uuid();
  let giveBack: (() => void) | undefined;
  return {
    id,
    lead(steal, held, lost) {
      giveBack?.();
      const ended = new AbortController();
      const hold = new Promise<void>((resolve) => {
        giveBack = () => {
          ended.abort();
          resolve();
        };
      });
      // A stolen lock ends the request of who had it with an error, as leaving the queue does.
      navigator.locks
        .request(name, steal ? { steal } : { signal: ended.signal }, () => {
          if (!ended.signal.aborted) held();
          return hold;
        })
        .catch(() => {
          if (!ended.signal.aborted) lost();
        });
    },
    release: () => giveBack?.(),
    post: (message) => channel.postMessage(message),
    listen(hear) {
      channel.onmessage = (event: MessageEvent<TabMessage>) => hear(event.data);
    },
    visible: () => document.visibilityState === "visible",
    watch(onVisible, onPage) {
      document.addEventListener("visibilitychange", onVisible);
      addEventListener("pagehide", () => onPage(false));
      addEventListener("pageshow", (event) => {
        if (event.persisted) onPage(true);
      });
    },
  };
}
