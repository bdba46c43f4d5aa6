import { type ReadonlySignal, type Signal, batch, computed, signal } from "@preact/signals";
import { backoff } from "../net/backoff";
import { type Fault, faultOf } from "../net/fault";
import type { Draft } from "../net/outbox";
import type { Outgoing, Running, Transport } from "../net/transport";
import { uuid } from "../net/uuid";
import type { Content, ID } from "../wire/types";
import { withMedia } from "./attach";
import type { Media, Own } from "./media";

/** A message whose files are on their way. It is kept on the device until the outbox has it. */
export interface Job {
  readonly room_id: ID;
  readonly client_id: ID;
  /** Names the files by ids of this device. */
  readonly content: Content;
  readonly at: number;
  readonly files: readonly Outgoing[];
  /** Where uploads that have begun go on. */
  readonly addresses: Readonly<Record<ID, string>>;
}

/** Where jobs outlive the page. Every function may fail: the files are then sent as long as the page is open. */
export interface JobShelf {
  /**
   * Gives the jobs of a person, oldest first, each once no other tab works on
   * it. `take` answers whether it is this tab's from then on.
   */
  load: (me: ID, take: (job: Job) => boolean) => Promise<void>;
  put: (me: ID, job: Job) => Promise<void>;
  drop: (me: ID, client: ID) => Promise<void>;
  /** Deletes everything of the person. */
  clear: (me: ID) => Promise<void>;
}

/** How far the files of a message are. */
export interface Progress {
  sent: number;
  size: number;
  /** There is no line, or the server is busy: it goes on by itself. */
  waiting: boolean;
}

export interface Options {
  transport: Transport;
  shelf: JobShelf;
  media: Media;
  /** Its files are with the server: the message can be sent. */
  onReady: (job: Job, content: Content) => void;
}

/** So many files are on their way at the same time. */
const maxRunning = 3;
const noDrafts: readonly Draft[] = [];

interface Work {
  job: Job;
  readonly progress: Signal<Progress>;
  readonly sent: Map<ID, number>;
  readonly done: Map<ID, ID>;
  readonly running: Map<ID, Running>;
  failed: Fault | undefined;
  tries: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Uploads sends messages with files: the files first, a few at a time and in
 * order, each from where it stands after a lost line or a reload. Until then
 * the message stands in its room like one that is being sent, with the files
 * as they are on this device.
 */
export class Uploads {
  readonly #options: Options;
  readonly #work = signal<ReadonlyMap<ID, Work>>(new Map());
  /** Grows when a message failed. */
  readonly #turns = signal(0);
  readonly #drafts = computed(() => this.#draftsByRoom());
  #me: ID = "";
  #limit: Promise<number> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Somebody is signed in: what they left unfinished goes on. */
  async begin(me: ID): Promise<void> {
    if (this.#me === me) {
      this.online();
      return;
    }
    this.clear();
    this.#me = me;
    const take = (job: Job): boolean => {
      if (this.#me !== me) return false;
      if (!this.has(job.client_id)) this.#add(job);
      this.#pump();
      return true;
    };
    await this.#options.shelf.load(me, take).catch(() => undefined);
  }

  /** The messages of a room whose files are on their way, oldest first. */
  drafts(room: ID): readonly Draft[] {
    return this.#drafts.value.get(room) ?? noDrafts;
  }

  /** How far a message is, as a signal; undefined when it has no files on their way. */
  progress(client: ID): ReadonlySignal<Progress> | undefined {
    return this.#work.value.get(client)?.progress;
  }

  has(client: ID): boolean {
    return this.#work.peek().has(client);
  }

  /** Sends a message that names files by their ids on this device. */
  send(room: ID, content: Content, files: readonly Outgoing[]): void {
    const job: Job = { room_id: room, client_id: uuid(), content, at: Date.now(), files, addresses: {} };
    this.#add(job);
    this.#keep(job);
    this.#pump();
  }

  /** Tries a failed message again, at the end of the row. */
  retry(client: ID): void {
    const all = new Map(this.#work.peek());
    const work = all.get(client);
    if (work === undefined) return;
    work.failed = undefined;
    work.tries = 0;
    work.job = { ...work.job, at: Date.now() };
    all.delete(client);
    this.#work.value = all.set(client, work);
    this.#keep(work.job);
    this.#finish(work.job.room_id);
    this.#pump();
  }

  /** Takes a message back, with what the server has of its files. */
  cancel(client: ID): void {
    const work = this.#work.peek().get(client);
    if (work === undefined) return;
    for (const running of work.running.values()) running.stop(true);
    for (const file of work.job.files) this.#options.media.forget(file.id);
    this.#remove(client);
    this.#finish(work.job.room_id);
    this.#pump();
  }

  /** The line is back: what waited for it goes on now. */
  online(): void {
    for (const work of this.#work.peek().values()) {
      clearTimeout(work.timer);
      work.timer = undefined;
    }
    this.#pump();
  }

  /** The largest file that the server takes, in bytes; infinite while that is not known. */
  async limit(): Promise<number> {
    this.#limit ??= this.#options.transport.limit();
    try {
      return await this.#limit;
    } catch {
      this.#limit = undefined;
      return Number.POSITIVE_INFINITY;
    }
  }

  /** Uploads one photo that no message names, as for a profile. Answers its id. */
  photo(blob: Blob, name = "", onProgress: (part: number) => void = () => undefined): Promise<ID> {
    const file: Outgoing = { id: uuid(), kind: "photo", name, blob };
    return this.#options.transport.send(file, undefined, {
      onAddress: () => undefined,
      onProgress: (sent) => onProgress(blob.size === 0 ? 0 : sent / blob.size),
    }).done;
  }

  /** Stops everything here; what is kept on the device goes on when the same person is back. */
  clear(): void {
    for (const work of this.#work.peek().values()) {
      clearTimeout(work.timer);
      for (const running of work.running.values()) running.stop(false);
    }
    this.#work.value = new Map();
    this.#me = "";
  }

  /** The person signs out: nothing of theirs stays on the device. */
  async forget(): Promise<void> {
    const me = this.#me;
    this.clear();
    if (me !== "") await this.#options.shelf.clear(me).catch(() => undefined);
  }

  #add(job: Job): void {
    for (const file of job.files) this.#options.media.keep(file.id, shownOf(job.content, file));
    const size = job.files.reduce((sum, file) => sum + file.blob.size, 0);
    const work: Work = {
      job,
      progress: signal<Progress>({ sent: 0, size, waiting: false }),
      sent: new Map(),
      done: new Map(),
      running: new Map(),
      failed: undefined,
      tries: 0,
      timer: undefined,
    };
    this.#work.value = new Map(this.#work.peek()).set(job.client_id, work);
  }

  /** Starts what may start, in the order in which it was sent. */
  #pump(): void {
    let running = 0;
    for (const work of this.#work.peek().values()) running += work.running.size;
    for (const work of this.#work.peek().values()) {
      if (work.failed !== undefined || work.timer !== undefined) continue;
      for (const file of work.job.files) {
        if (running >= maxRunning) return;
        if (work.done.has(file.id) || work.running.has(file.id)) continue;
        running++;
        this.#start(work, file);
      }
    }
  }

  #start(work: Work, file: Outgoing): void {
    const running = this.#options.transport.send(file, work.job.addresses[file.id], {
      onAddress: (url) => {
        if (!this.has(work.job.client_id)) return;
        work.job = { ...work.job, addresses: { ...work.job.addresses, [file.id]: url } };
        this.#keep(work.job);
      },
      onProgress: (sent) => {
        if (sent > (work.sent.get(file.id) ?? 0)) work.tries = 0;
        work.sent.set(file.id, sent);
        this.#tell(work);
      },
    });
    work.running.set(file.id, running);
    running.done.then(
      (id) => {
        work.running.delete(file.id);
        work.done.set(file.id, id);
        work.sent.set(file.id, file.blob.size);
        work.tries = 0;
        this.#tell(work);
        this.#finish(work.job.room_id);
        this.#pump();
      },
      (thrown: unknown) => {
        work.running.delete(file.id);
        this.#stumble(work, faultOf(thrown));
        this.#pump();
      },
    );
  }

  /** Hands on what is whole, in the order of the room: what was refused holds up nobody. */
  #finish(room: ID): void {
    for (const work of this.#work.peek().values()) {
      const { job, done, failed } = work;
      if (job.room_id !== room || failed !== undefined) continue;
      if (job.files.some((file) => !done.has(file.id))) return;
      batch(() => {
        for (const [local, id] of done) this.#options.media.rename(local, id);
        this.#options.onReady(job, withMedia(job.content, done));
        this.#remove(job.client_id);
      });
    }
  }

  /** What may succeed later is tried again later; everything else waits for the person. */
  #stumble(work: Work, fault: Fault): void {
    if (!this.has(work.job.client_id)) return;
    if (!fault.retry) {
      for (const running of work.running.values()) running.stop(false);
      work.running.clear();
      work.failed = fault;
      this.#turns.value++;
      this.#finish(work.job.room_id);
      return;
    }
    work.timer ??= setTimeout(
      () => {
        work.timer = undefined;
        this.#pump();
      },
      fault.retryAfterMs ?? backoff(work.tries),
    );
    work.tries++;
    this.#tell(work);
  }

  #tell(work: Work): void {
    let sent = 0;
    for (const n of work.sent.values()) sent += n;
    const { size } = work.progress.peek();
    work.progress.value = { sent: Math.min(sent, size), size, waiting: work.tries > 0 };
  }

  #remove(client: ID): void {
    const all = new Map(this.#work.peek());
    clearTimeout(all.get(client)?.timer);
    all.delete(client);
    this.#work.value = all;
    if (this.#me !== "") void this.#options.shelf.drop(this.#me, client).catch(() => undefined);
  }

  #keep(job: Job): void {
    if (this.#me !== "") void this.#options.shelf.put(this.#me, job).catch(() => undefined);
  }

  #draftsByRoom(): ReadonlyMap<ID, readonly Draft[]> {
    void this.#turns.value;
    const rooms = new Map<ID, Draft[]>();
    for (const { job, failed } of this.#work.value.values()) {
      const { room_id, client_id, content, at } = job;
      const draft: Draft = {
        room_id,
        client_id,
        content,
        at,
        ...(failed === undefined ? {} : { failed }),
      };
      rooms.set(room_id, [...(rooms.get(room_id) ?? []), draft]);
    }
    return rooms;
  }
}

/** What the page shows of a file that is on this device. */
function shownOf(content: Content, { id, kind, name, blob, ...more }: Outgoing): Own {
  const shown = [...(content.photos ?? []), ...(content.video === undefined ? [] : [content.video])];
  const sides = shown.find((one) => one.media_id === id);
  return {
    kind,
    name,
    mime: blob.type,
    size: blob.size,
    url: URL.createObjectURL(blob),
    ...more,
    ...(sides?.width === undefined ? {} : { width: sides.width }),
    ...(sides?.height === undefined ? {} : { height: sides.height }),
  };
}
