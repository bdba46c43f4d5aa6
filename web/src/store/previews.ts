import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { faultOf } from "../net/fault";
import type { Request } from "../net/http";
import type { ID } from "../wire/types";

/** What is behind the first web address of a message. */
export interface Preview {
  url: string;
  /** Name of the site, or its host. */
  site: string;
  title?: string;
  description?: string;
  picture?: PreviewPicture;
}

export interface PreviewPicture {
  /** An address on this device. */
  url: string;
  /** pixels */
  width: number;
  height: number;
}

/** A preview as the server tells it: the picture is in the answer itself. */
type Told = Omit<Preview, "picture"> & { picture?: { jpeg: string; width: number; height: number } };

/** Fewer than the server lets one person look at, at the same time. */
const maxAtOnce = 4;
/** So many are kept; the oldest are let go. */
const maxKept = 200;
/** How often a busy server is asked again. */
const maxTries = 5;

/** Previews holds what is behind addresses in messages. Each is asked for once, when somebody sees the message. */
export class Previews {
  readonly #request: Request;
  readonly #held = new Map<string, Signal<Preview | undefined>>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;

  constructor(request: Request) {
    this.#request = request;
  }

  /** The preview of a message in its present text, as a signal: undefined while there is nothing to show. */
  of(room: ID, seq: number, edited = ""): ReadonlySignal<Preview | undefined> {
    const key = `${room} ${seq} ${edited}`;
    let preview = this.#held.get(key);
    if (preview === undefined) {
      preview = signal(undefined);
      this.#held.set(key, preview);
      this.#shrink();
      const found = preview;
      this.#waiting.push(() => this.#ask(`/v1/rooms/${room}/messages/${seq}/preview`, key, found));
      this.#next();
    }
    return preview;
  }

  clear(): void {
    this.#waiting.length = 0;
    for (const preview of this.#held.values()) letGo(preview);
    this.#held.clear();
  }

  #shrink(): void {
    for (const [key, preview] of this.#held) {
      if (this.#held.size <= maxKept) break;
      this.#held.delete(key);
      letGo(preview);
    }
  }

  #next(): void {
    if (this.#running >= maxAtOnce) return;
    const work = this.#waiting.shift();
    if (work === undefined) return;
    this.#running++;
    void work().finally(() => {
      this.#running--;
      this.#next();
    });
  }

  /** Asks until there is an answer, or nobody holds what it is for. That there is no preview is an answer, too. */
  async #ask(path: string, key: string, preview: Signal<Preview | undefined>, tries = 0): Promise<void> {
    const held = (): boolean => this.#held.get(key) === preview;
    if (!held()) return;
    try {
      const { picture, ...words } = await this.#request<Told>("GET", path);
      if (!held()) return;
      preview.value = picture === undefined ? words : { ...words, picture: pictureOf(picture) };
    } catch (thrown) {
      const fault = faultOf(thrown);
      if (!held() || !fault.retry) return; // without a preview the address stands there alone
      if (fault.code !== "preview_busy" || tries >= maxTries) {
        this.#held.delete(key); // whoever sees the message next asks again
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, fault.retryAfterMs ?? 1000));
      return this.#ask(path, key, preview, tries + 1);
    }
  }
}

function pictureOf({ jpeg, width, height }: { jpeg: string; width: number; height: number }): PreviewPicture {
  const bytes = Uint8Array.from(atob(jpeg), (c) => c.charCodeAt(0));
  return { url: URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })), width, height };
}

function letGo(preview: Signal<Preview | undefined>): void {
  const picture = preview.peek()?.picture;
  if (picture !== undefined) URL.revokeObjectURL(picture.url);
}
