import { type ReadonlySignal, type Signal, computed, signal } from "@preact/signals";
import { type Fault, faultOf } from "../net/fault";
import type { Request } from "../net/http";
import type { ID, Time } from "../wire/types";
import type { Pictures } from "./pictures";

/** Which form of a file: as it was sent, or of photos at most 1280 or 320 pixels long. */
export type Variant = "original" | "large" | "small";

/** A file as the server tells of it. */
export interface MediaFile {
  id: ID;
  kind: "photo" | "video" | "voice" | "file";
  state: "uploading" | "ready";
  name: string;
  mime?: string;
  /** bytes */
  size: number;
  /** pixels */
  width?: number;
  height?: number;
  duration_ms?: number;
  /** placeholder of a photo: a BlurHash */
  blur?: string;
  /** 64 values of 0 to 255 */
  waveform?: number[];
  links?: Partial<Record<Variant, string>>;
  links_expire_at?: Time;
}

/** What is known of a file. `gone`: there is none, or not for this person. */
export type Known =
  | { state: "waiting" }
  | { state: "ready"; file: MediaFile }
  | { state: "gone" }
  | { state: "failed"; fault: Fault };

/** The id in imported conversations whose files were not brought along. */
export const noMedia: ID = "00000000-0000-0000-0000-000000000000";

/** Of POST /v1/media/links. */
const maxIds = 100;
/** Everything that a page asks for within one frame is one question. */
const gatherMs = 16;
/** Links are renewed so long before they end: a film may be watched from one. */
const beforeEndMs = 30 * 60_000;
/** A clock that is wrong must not make us ask again and again. */
const freshMs = 10 * 60_000;
/** Pictures of our own sending are shown from this device; the oldest are let go. */
const maxLocal = 60;

/** A file of this device: what it is, and an address of its bytes here. */
export type Own = Omit<MediaFile, "id" | "state" | "links" | "links_expire_at"> & { url: string };

interface Held {
  known: Signal<Known>;
  /** Milliseconds of Date.now of the last answer. */
  at: number;
}

const waiting: Known = { state: "waiting" };

/** Media knows what files are and where their bytes are. Links are asked for in groups and renewed before they end. */
export class Media {
  /** Grows when the line came back: what could not be loaded is worth another try. */
  readonly line = signal(0);
  readonly #request: Request;
  readonly #held = new Map<ID, Held>();
  readonly #urls = new Map<string, ReadonlySignal<string | undefined>>();
  /** Addresses of bytes on this device. */
  readonly #local = new Map<ID, string>();
  readonly #letGo: (url: string) => void;
  readonly #pictures: Pictures | undefined;
  /** Addresses of pictures that are shown from this device until the server can be asked. */
  readonly #kept = new Map<ID, string>();
  /** Their links gave no bytes. */
  readonly #broken = new Set<ID>();
  #wanted = new Set<ID>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `letGo` ends an address that this device made. `pictures` has what was seen, for times without network. */
  constructor(
    request: Request,
    letGo: (url: string) => void = (url) => URL.revokeObjectURL(url),
    pictures?: Pictures,
  ) {
    this.#request = request;
    this.#letGo = letGo;
    this.#pictures = pictures;
  }

  /** The file, as a signal. Asking for it loads it, or its links anew when they are about to end. */
  get(id: ID): ReadonlySignal<Known> {
    const known = this.#held.has(id);
    const held = this.#hold(id);
    if (id !== noMedia && (!known || ends(held))) this.#want(id);
    return held.known;
  }

  /** Where a form of the file is, as a signal: undefined until that is known. Smaller forms stand in for missing ones. */
  url(id: ID, variant: Variant): ReadonlySignal<string | undefined> {
    const known = this.get(id);
    const key = `${variant} ${id}`;
    let url = this.#urls.get(key);
    if (url === undefined) {
      url = computed(() => {
        const { value } = known;
        if (value.state !== "ready") return undefined;
        const { links } = value.file;
        return links?.[variant] ?? links?.large ?? links?.original ?? links?.small;
      });
      this.#urls.set(key, url);
    }
    return url;
  }

  /** Asks again: the bytes could not be loaded, or the question failed. */
  renew(id: ID): void {
    const held = this.#held.get(id);
    if (held === undefined || id === noMedia) return;
    // Bytes that this device let go are the server's to give.
    if (this.#local.has(id)) this.forget(id);
    this.#broken.add(id);
    if (held.known.peek().state !== "ready") held.known.value = waiting;
    this.#want(id);
  }

  /** The picture is shown. */
  seen(id: ID): void {
    const known = this.#held.get(id)?.known.peek();
    const small = known?.state === "ready" ? known.file.links?.small : undefined;
    if (small !== undefined && !this.#kept.has(id)) void this.#pictures?.see(id, small);
  }

  /** Shows a file of this device from its own bytes, before and after it is sent. */
  keep(id: ID, { url, ...about }: Own): void {
    const file: MediaFile = { ...about, id, state: "ready", links: { original: url } };
    this.#hold(id).known.value = { state: "ready", file };
    this.#local.set(id, url);
    for (const old of this.#local.keys()) {
      if (this.#local.size <= maxLocal) break;
      this.forget(old);
      this.renew(old);
    }
  }

  /** A file of this device has got its id from the server. */
  rename(local: ID, id: ID): void {
    const url = this.#local.get(local);
    const held = this.#held.get(local)?.known.peek();
    if (url === undefined || held?.state !== "ready") return;
    this.#local.delete(local);
    this.#local.set(id, url);
    this.#hold(id).known.value = { state: "ready", file: { ...held.file, id } };
  }

  /** Lets the bytes of a file go. */
  forget(id: ID): void {
    const url = this.#local.get(id);
    if (url === undefined) return;
    this.#local.delete(id);
    this.#letGo(url);
    const held = this.#held.get(id);
    if (held !== undefined) held.known.value = waiting;
  }

  /** The line is back: what failed without it is asked for again. */
  online(): void {
    this.line.value++;
    for (const [id, { known }] of this.#held) if (known.peek().state === "failed") this.renew(id);
    for (const id of this.#kept.keys()) this.#want(id);
  }

  /** Forgets everything: another person signs in. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wanted = new Set();
    this.#held.clear();
    this.#urls.clear();
    for (const url of this.#local.values()) this.#letGo(url);
    this.#local.clear();
    for (const url of this.#kept.values()) this.#letGo(url);
    this.#kept.clear();
    this.#broken.clear();
    this.#pictures?.clear();
  }

  #hold(id: ID): Held {
    let held = this.#held.get(id);
    if (held === undefined) {
      held = { known: signal<Known>(id === noMedia ? { state: "gone" } : waiting), at: 0 };
      this.#held.set(id, held);
    }
    return held;
  }

  #want(id: ID): void {
    this.#wanted.add(id);
    this.#timer ??= setTimeout(() => this.#ask(), gatherMs);
  }

  #ask(): void {
    this.#timer = undefined;
    const ids = [...this.#wanted];
    this.#wanted = new Set();
    for (let from = 0; from < ids.length; from += maxIds) void this.#askFor(ids.slice(from, from + maxIds));
  }

  async #askFor(ids: ID[]): Promise<void> {
    try {
      const { media } = await this.#request<{ media: MediaFile[] }>("POST", "/v1/media/links", { ids });
      const found = new Map(media.map((file) => [file.id, file]));
      for (const id of ids) {
        const file = found.get(id);
        this.#set(id, file === undefined ? { state: "gone" } : { state: "ready", file });
      }
    } catch (thrown) {
      const fault = faultOf(thrown);
      for (const id of ids) void this.#failed(id, fault);
    }
  }

  /** There is no answer: what is kept stands in for it. */
  async #failed(id: ID, fault: Fault): Promise<void> {
    const held = this.#held.get(id);
    // Links that are known may still be good.
    const good = (): boolean =>
      held?.known.peek().state === "ready" && (this.#kept.has(id) || !this.#broken.has(id));
    if (held === undefined || good()) return;
    const blob = fault.code === "offline" ? await this.#pictures?.find(id) : undefined;
    if (this.#held.get(id) !== held || good()) return;
    if (blob === undefined) {
      if (held.known.peek().state !== "ready") this.#set(id, { state: "failed", fault });
      return;
    }
    const url = URL.createObjectURL(blob);
    this.#kept.set(id, url);
    const { type: mime, size } = blob;
    held.known.value = {
      state: "ready",
      file: { id, kind: "photo", state: "ready", name: "", mime, size, links: { small: url } },
    };
  }

  #set(id: ID, known: Known): void {
    const held = this.#held.get(id);
    if (held === undefined) return; // somebody else is signed in now
    held.at = Date.now();
    held.known.value = known;
    this.#broken.delete(id);
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    if (kept !== undefined) this.#letGo(kept);
  }
}

function ends({ known, at }: Held): boolean {
  const value = known.peek();
  if (value.state !== "ready" || Date.now() - at < freshMs) return false;
  const end = Date.parse(value.file.links_expire_at ?? "");
  return end - Date.now() < beforeEndMs;
}
