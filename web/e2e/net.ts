import type { Page } from "playwright-core";

/** The way from one browser to the server, which can be cut; pages still come, as a service worker gives them. */
export class Net {
  /** Sockets that were opened through it, and those that are open. */
  opened = 0;
  readonly #lines = new Set<() => Promise<void>>();
  #cut = false;

  async of(page: Page): Promise<void> {
    const context = page.context();
    await context.route("**/v1/**", (route) => (this.#cut ? route.abort() : route.fallback()));
    await context.route("**/files/**", (route) => (this.#cut ? route.abort() : route.fallback()));
    await context.routeWebSocket("**/v1/ws", (line) => {
      if (this.#cut) {
        void line.close({ code: 4006 });
        return;
      }
      this.opened++;
      line.connectToServer();
      const end = (): Promise<void> => line.close({ code: 4006 });
      this.#lines.add(end);
      line.onClose(() => this.#lines.delete(end));
    });
    await page.reload();
  }

  async cut(): Promise<void> {
    this.#cut = true;
    await Promise.all([...this.#lines].map((end) => end()));
    this.#lines.clear();
  }

  mend(): void {
    this.#cut = false;
  }
}
