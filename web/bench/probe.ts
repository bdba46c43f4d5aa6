import type { Page } from "playwright-core";

interface Probe {
  /** When frames of the socket that hold a text came in. */
  frames: Map<string, number>;
  /** Resolves with the time at which something that the selector and text name has been painted. */
  painted(selector: string, text?: string): Promise<number>;
  /** Calls back when the page's part of the next frame is done. */
  framed(then: () => void): void;
}

declare global {
  // oxlint-disable-next-line no-var
  var probe: Probe;
}

/** Puts into every page what tells when frames come and when something is on the screen. */
export async function install(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const frames = new Map<string, number>();
    const Native = WebSocket;
    globalThis.WebSocket = class extends Native {
      constructor(...args: ConstructorParameters<typeof Native>) {
        super(...args);
        this.addEventListener("message", (e) => {
          const at = performance.now();
          for (const [mark] of String(e.data).matchAll(/mark-\d+/g))
            if (!frames.has(mark)) frames.set(mark, at);
        });
      }
    };
    // Everything here runs in the page, where nothing of this file is known.
    // oxlint-disable-next-line consistent-function-scoping
    const there = (selector: string, text?: string): boolean => {
      for (const e of document.querySelectorAll(selector)) {
        if (text === undefined || e.textContent?.includes(text) === true) return true;
      }
      return false;
    };
    // oxlint-disable-next-line consistent-function-scoping
    const framed = (then: () => void): void => {
      // Before any other task that waits, for those would be counted in.
      requestAnimationFrame(() => void scheduler.postTask(then, { priority: "user-blocking" }));
    };
    globalThis.probe = {
      frames,
      framed,
      painted: (selector, text) =>
        new Promise((done) => {
          const look = (): boolean => {
            if (!there(selector, text)) return false;
            observer.disconnect();
            framed(() => done(performance.now()));
            return true;
          };
          const observer = new MutationObserver(look);
          observer.observe(document, { childList: true, subtree: true, characterData: true });
          look();
        }),
    };
  });
}
