import type { TabMessage, Tabs } from "../net/tabs";

interface Holder {
  tab: FakeTab;
  lost: () => void;
}

/** The tabs of a browser: one lock, one channel. Messages are copied and come a moment later. */
export class FakeBrowser {
  readonly tabs: FakeTab[] = [];
  #holder: Holder | undefined;
  #queue: (Holder & { held: () => void })[] = [];

  open(): FakeTab {
    const tab = new FakeTab(this, `tab${this.tabs.length + 1}`);
    this.tabs.push(tab);
    return tab;
  }

  lead(tab: FakeTab, steal: boolean, held: () => void, lost: () => void): void {
    this.release(tab);
    if (steal && this.#holder !== undefined) {
      const before = this.#holder;
      this.#holder = undefined;
      before.tab.run(before.lost);
    }
    this.#queue[steal ? "unshift" : "push"]({ tab, held, lost });
    this.#next();
  }

  release(tab: FakeTab): void {
    this.#queue = this.#queue.filter((q) => q.tab !== tab);
    if (this.#holder?.tab !== tab) return;
    this.#holder = undefined;
    this.#next();
  }

  post(from: FakeTab, message: TabMessage): void {
    const copy = structuredClone(message);
    for (const tab of this.tabs) if (tab !== from) tab.run(() => tab.hear(copy));
  }

  #next(): void {
    queueMicrotask(() => {
      const first = this.#queue.shift();
      if (first === undefined) return;
      if (this.#holder !== undefined) {
        this.#queue.unshift(first);
        return;
      }
      this.#holder = first;
      first.held();
    });
  }
}

export class FakeTab implements Tabs {
  hear: (message: TabMessage) => void = () => undefined;
  #visible = true;
  #frozen: (() => void)[] | undefined;
  #gone = false;
  #onVisible = (): void => undefined;
  #onPage = (_here: boolean): void => undefined;

  readonly #browser: FakeBrowser;

  constructor(
    browser: FakeBrowser,
    readonly id: string,
  ) {
    this.#browser = browser;
  }

  /** Runs something in the tab: later when it is frozen, never when it is closed. */
  run(what: () => void): void {
    if (this.#gone) return;
    if (this.#frozen !== undefined) this.#frozen.push(what);
    else queueMicrotask(what);
  }

  lead(steal: boolean, held: () => void, lost: () => void): void {
    this.#browser.lead(this, steal, held, lost);
  }

  release(): void {
    this.#browser.release(this);
  }

  post(message: TabMessage): void {
    if (!this.#gone) this.#browser.post(this, message);
  }

  listen(hear: (message: TabMessage) => void): void {
    this.hear = hear;
  }

  visible(): boolean {
    return this.#visible;
  }

  watch(onVisible: () => void, onPage: (here: boolean) => void): void {
    this.#onVisible = onVisible;
    this.#onPage = onPage;
  }

  /** A person looks at the tab, or at another. */
  see(visible: boolean): void {
    this.#visible = visible;
    this.#onVisible();
  }

  freeze(): void {
    this.#frozen = [];
  }

  thaw(): void {
    const waiting = this.#frozen ?? [];
    this.#frozen = undefined;
    for (const what of waiting) queueMicrotask(what);
  }

  /** In order, as by a person, or without a word, as by a crash. */
  close(crash = false): void {
    this.#visible = false;
    if (!crash) this.#onPage(false);
    this.#gone = true;
    this.#browser.release(this);
  }
}
