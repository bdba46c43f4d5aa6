/** Messages are gathered for so long before they are said. */
const gatherMs = 700;
/** More than this at once are counted instead of read. */
const most = 2;

/**
 * Announcer says aloud what arrives in the open room. Many messages at once
 * become one sentence, else a listener hears nothing but them.
 */
export class Announcer {
  readonly #say: (words: string) => void;
  readonly #counted: (n: number) => string;
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(say: (words: string) => void, counted: (n: number) => string) {
    this.#say = say;
    this.#counted = counted;
  }

  add(words: string): void {
    this.#waiting.push(words);
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.stop();
    this.#say(waiting.length > most ? this.#counted(waiting.length) : waiting.join("\n"));
  }
}
