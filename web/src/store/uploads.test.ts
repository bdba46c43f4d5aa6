import { beforeEach, describe, expect, test, vi } from "vitest";
import { Fault } from "../net/fault";
import type { Request } from "../net/http";
import type { Outgoing, Running, Watch } from "../net/transport";
import type { Content } from "../wire/types";
import { Media } from "./media";
import { type Job, Uploads } from "./uploads";

/** An upload that the test plays. */
interface Sent {
  file: Outgoing;
  address: string | undefined;
  watch: Watch;
  end: (id: string) => void;
  fail: (fault: Fault) => void;
  stopped: boolean | undefined;
}

let sent: Sent[];
let kept: Map<string, Job>;
let ready: { job: Job; content: Content }[];
let uploads: Uploads;
let media: Media;

function make(): void {
  media = new Media((() => Promise.resolve({ media: [] })) as unknown as Request, () => undefined);
  uploads = new Uploads({
    media,
    transport: {
      limit: () => Promise.resolve(1000),
      send: (file, address, watch): Running => {
        const one: Partial<Sent> = { file, address, watch, stopped: undefined };
        const done = new Promise<string>((resolve, reject) => {
          one.end = resolve;
          one.fail = reject;
        });
        sent.push(one as Sent);
        return {
          done,
          stop: (remove) => {
            one.stopped = remove;
          },
        };
      },
    },
    shelf: {
      load: async (_, take) => {
        for (const job of kept.values()) take(job);
      },
      put: async (_, job) => void kept.set(job.client_id, job),
      drop: async (_, client) => void kept.delete(client),
      clear: async () => kept.clear(),
    },
    onReady: (job, content) => ready.push({ job, content }),
  });
}

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 9) });
  sent = [];
  kept = new Map();
  ready = [];
  make();
  await uploads.begin("ann");
});

const photo = (id: string): Outgoing => ({ id, kind: "photo", name: `${id}.jpg`, blob: new Blob(["12345"]) });
const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

function sendPhotos(room: string, ...ids: string[]): void {
  const photos = ids.map((media_id) => ({ media_id, width: 40, height: 30 }));
  uploads.send(room, { type: "photo", photos }, ids.map(photo));
}

describe("a message with files", () => {
  test("is handed on when all are there, with the ids of the server, and is shown until then", async () => {
    sendPhotos("yard", "a", "b");
    const [draft] = uploads.drafts("yard");
    expect(draft?.content.photos?.map((p) => p.media_id)).toEqual(["a", "b"]);
    const shown = media.url("a", "small").value;
    expect(shown).toMatch(/^blob:/);
    expect(sent.map((s) => s.file.id)).toEqual(["a", "b"]);
    sent[0]?.watch.onProgress(3);
    expect(uploads.progress(draft?.client_id ?? "")?.value).toEqual({ sent: 3, size: 10, waiting: false });
    sent[1]?.end("B");
    await settle();
    expect(ready).toEqual([]);
    sent[0]?.end("A");
    await settle();
    expect(ready[0]?.content.photos).toEqual([
      { media_id: "A", width: 40, height: 30 },
      { media_id: "B", width: 40, height: 30 },
    ]);
    expect(ready[0]?.job.client_id).toBe(draft?.client_id);
    expect(uploads.drafts("yard")).toEqual([]);
    expect(kept.size).toBe(0);
    expect(media.url("A", "small").value).toBe(shown);
  });

  test("waits for those before it: three files are on their way at most", async () => {
    sendPhotos("yard", "a", "b");
    sendPhotos("well", "c", "d");
    expect(sent.map((s) => s.file.id)).toEqual(["a", "b", "c"]);
    sent[0]?.end("A");
    await settle();
    expect(sent.map((s) => s.file.id)).toEqual(["a", "b", "c", "d"]);
  });

  test("keeps its place: a small file behind a large one waits, one behind a refused one does not", async () => {
    sendPhotos("yard", "a");
    sendPhotos("yard", "b");
    sendPhotos("well", "c");
    sent[1]?.end("B");
    sent[2]?.end("C");
    await settle();
    expect(ready.map((r) => r.job.room_id)).toEqual(["well"]);
    sent[0]?.fail(new Fault("media_unreadable"));
    await settle();
    expect(ready.map((r) => r.content.photos?.[0]?.media_id)).toEqual(["C", "B"]);
  });

  test("goes to the end of the row when it is tried again", async () => {
    sendPhotos("yard", "a");
    const client = uploads.drafts("yard")[0]?.client_id ?? "";
    await settle(10);
    sendPhotos("yard", "b");
    sent[0]?.fail(new Fault("media_unreadable"));
    await settle(10);
    uploads.retry(client);
    expect(uploads.drafts("yard").map((d) => [d.content.photos?.[0]?.media_id, d.failed])).toEqual([
      ["b", undefined],
      ["a", undefined],
    ]);
    expect(kept.get(client)?.at).toBe(Date.now());
    sent[1]?.end("B");
    await settle();
    expect(ready.map((r) => r.content.photos?.[0]?.media_id)).toEqual(["B"]);
  });

  test("goes on where it stood, when the line is back or by itself", async () => {
    sendPhotos("yard", "a");
    const client = uploads.drafts("yard")[0]?.client_id ?? "";
    sent[0]?.watch.onAddress("/up/1");
    sent[0]?.watch.onProgress(2);
    sent[0]?.fail(new Fault("offline"));
    await settle();
    expect(uploads.progress(client)?.value).toEqual({ sent: 2, size: 5, waiting: true });
    expect(uploads.drafts("yard")[0]?.failed).toBeUndefined();
    uploads.online();
    expect(sent[1]?.address).toBe("/up/1");
    sent[1]?.fail(new Fault("upload_busy", "", { retryAfterMs: 2000 }));
    await settle(1999);
    expect(sent.length).toBe(2);
    await settle(1);
    expect(sent[2]?.address).toBe("/up/1");
    // Only bytes that arrive say that the line is there.
    expect(uploads.progress(client)?.value.waiting).toBe(true);
    sent[2]?.watch.onProgress(3);
    expect(uploads.progress(client)?.value).toEqual({ sent: 3, size: 5, waiting: false });
  });

  test("goes on after a reload", async () => {
    sendPhotos("yard", "a");
    sent[0]?.watch.onAddress("/up/1");
    await settle();
    uploads.clear();
    make();
    await uploads.begin("ann");
    expect(uploads.drafts("yard").length).toBe(1);
    expect(sent[1]?.address).toBe("/up/1");
    expect(media.url("a", "large").value).toMatch(/^blob:/);
  });

  test("that is refused stays until the person tries again or takes it back", async () => {
    sendPhotos("yard", "a", "b");
    sent[0]?.fail(new Fault("media_type_refused"));
    await settle();
    const [draft] = uploads.drafts("yard");
    expect(draft?.failed?.code).toBe("media_type_refused");
    expect(sent[1]?.stopped).toBe(false);
    uploads.retry(draft?.client_id ?? "");
    expect(uploads.drafts("yard")[0]?.failed).toBeUndefined();
    expect(sent.length).toBe(4);
    uploads.cancel(draft?.client_id ?? "");
    expect(sent.slice(2).map((s) => s.stopped)).toEqual([true, true]);
    expect(uploads.drafts("yard")).toEqual([]);
    expect(kept.size).toBe(0);
    sent[2]?.end("A");
    sent[3]?.end("B");
    await settle();
    expect(ready).toEqual([]);
  });
});

test("signing out leaves nothing behind", async () => {
  sendPhotos("yard", "a");
  await settle();
  expect(kept.size).toBe(1);
  await uploads.forget();
  expect(kept.size).toBe(0);
  expect(uploads.drafts("yard")).toEqual([]);
});

test("the limit is unknown, and not in the way, until the server tells it", async () => {
  expect(await uploads.limit()).toBe(1000);
});
