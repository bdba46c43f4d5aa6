import { signal } from "@preact/signals";
import type { Found, FoundPage, Wanted } from "../net/api";
import { type Fault, faultOf } from "../net/fault";

/** While somebody types, the server is asked only after a pause. */
const pauseMs = 220;
/** An answer holds what was found in a moment: it is gone on with until there is so much to see. */
const enough = 20;

/** MessageSearch finds messages, newest first, and goes on on demand. A new search ends the one before. */
export class MessageSearch {
  readonly found = signal<readonly Found[]>([]);
  readonly busy = signal(false);
  /** There may be more. */
  readonly more = signal(false);
  readonly fault = signal<Fault | undefined>(undefined);

  readonly #ask: (wanted: Wanted, cursor: string) => Promise<FoundPage>;
  #wanted: Wanted = {};
  #cursor = "";
  #run = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: (wanted: Wanted, cursor: string) => Promise<FoundPage>) {
    this.#ask = ask;
  }

  /** Looks for something else, after a pause. Nothing wanted is nothing found. */
  start(wanted: Wanted): void {
    this.stop();
    this.#wanted = wanted;
    this.#cursor = "";
    this.more.value = false;
    this.fault.value = undefined;
    if (Object.values(wanted).every((v) => v === undefined || v.trim() === "")) {
      this.found.value = [];
      return;
    }
    this.busy.value = true;
    this.#timer = setTimeout(() => void this.#look(true), pauseMs);
  }

  /** Goes on where the last answer ended. */
  async next(): Promise<void> {
    if (this.more.peek() && !this.busy.peek()) await this.#look(false);
  }

  /** Nobody waits for answers any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#run++;
    this.busy.value = false;
  }

  async #look(anew: boolean): Promise<void> {
    const run = ++this.#run;
    this.busy.value = true;
    this.fault.value = undefined;
    const found = anew ? [] : [...this.found.peek()];
    const goal = found.length + enough;
    try {
      do {
        const page = await this.#ask(this.#wanted, this.#cursor);
        if (run !== this.#run) return;
        this.#cursor = page.next_cursor ?? "";
        found.push(...page.messages);
        // What was found before is replaced only when there is something new to show, or nothing at all.
        if (page.messages.length > 0 || this.#cursor === "") this.found.value = [...found];
        this.more.value = this.#cursor !== "";
      } while (this.#cursor !== "" && found.length < goal);
    } catch (thrown) {
      if (run === this.#run) this.fault.value = faultOf(thrown);
    } finally {
      if (run === this.#run) this.busy.value = false;
    }
  }
}
