/** So many are remembered. */
const most = 16;

/** What was used last on this browser, the latest first. */
export class Recent {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  get all(): string[] {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#key) ?? "[]");
      return Array.isArray(kept) ? kept.filter((x) => typeof x === "string").slice(0, most) : [];
    } catch {
      return []; // somebody else's, or a browser that keeps nothing
    }
  }

  add(what: string): void {
    const all = [what, ...this.all.filter((x) => x !== what)].slice(0, most);
    try {
      localStorage.setItem(this.#key, JSON.stringify(all));
    } catch {
      // It is only a convenience.
    }
  }
}

export const recentEmoticons = new Recent("recent-emoticons");
export const recentEmoji = new Recent("recent-emoji");

/** A small choice that this browser keeps. */
export function keptNumber(key: string): number {
  try {
    return Number(localStorage.getItem(key) ?? 0) || 0;
  } catch {
    return 0;
  }
}

export function keepNumber(key: string, n: number): void {
  try {
    localStorage.setItem(key, String(n));
  } catch {
    // As above.
  }
}
