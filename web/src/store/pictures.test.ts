import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Request } from "../net/http";
import { Fault } from "../net/fault";
import { MemoryShelf } from "../testing/memory-shelf";
import type { ID } from "../wire/types";
import { Media } from "./media";
import { Pictures } from "./pictures";

let shelf: MemoryShelf;
let me: ID | undefined;
let fetched: string[];
let size: number;
let line: boolean;
let letGo: string[];

beforeEach(() => {
  vi.useFakeTimers();
  shelf = new MemoryShelf();
  me = "ann";
  fetched = [];
  size = 10;
  line = true;
  letGo = [];
  let n = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${++n}`);
  vi.stubGlobal("fetch", async (url: string) => {
    fetched.push(url);
    return new Response("x".repeat(size));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A page with the same device. */
function page(): Media {
  const request = async (_: string, __: string, { ids }: { ids: ID[] }): Promise<object> => {
    if (!line) throw new Fault("offline");
    const links = (id: ID) => ({ small: `/files/${id}-s`, large: `/files/${id}-l` });
    return { media: ids.map((id) => ({ id, kind: "photo", state: "ready", size: 1, links: links(id) })) };
  };
  return new Media(request as unknown as Request, (url) => letGo.push(url), new Pictures(shelf, () => me));
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(20);

/** Shows a picture as the page does. */
async function see(media: Media, id: ID): Promise<string | undefined> {
  const url = media.url(id, "large");
  await settle();
  if (url.value !== undefined) media.seen(id);
  await settle();
  return url.value;
}

test("what was seen stands in while there is no network, and goes when the server is back", async () => {
  expect(await see(page(), "m")).toBe("/files/m-l");
  expect(fetched).toEqual(["/files/m-s"]);
  line = false;
  const media = page();
  expect(await see(media, "m")).toBe("blob:1");
  expect(await see(media, "never")).toBeUndefined();
  expect(media.get("never").value.state).toBe("failed");
  expect(letGo).toEqual([]);
  line = true;
  media.online();
  await settle();
  expect(media.url("m", "large").value).toBe("/files/m-l");
  expect(letGo).toEqual(["blob:1"]);
  expect(fetched).toEqual(["/files/m-s"]);
});

test("a link whose bytes do not come without network gives way to what is kept", async () => {
  const media = page();
  await see(media, "m");
  line = false;
  media.renew("m");
  await settle();
  expect(media.url("m", "large").value).toBe("blob:1");
  media.clear();
  expect(letGo).toEqual(["blob:1"]);
});

test("each is fetched once, and what is large or on another server is not kept", async () => {
  const media = page();
  await see(media, "m");
  media.seen("m");
  await settle();
  await see(page(), "m"); // after a reload
  expect(fetched).toHaveLength(1);
  size = 200_000;
  await see(media, "large");
  expect(shelf.box("ann").pictures.size).toBe(1);
  await new Pictures(shelf, () => me).see("far", "https://files.example.com/far");
  expect(fetched).toHaveLength(2);
});

test("nothing of one person is found by another, nor kept for them", async () => {
  await see(page(), "m");
  const late = new Pictures(shelf, () => me).see("late", "/files/late");
  me = "ben";
  await late;
  expect(shelf.box("ben").pictures.size).toBe(0);
  expect([...shelf.box("ann").pictures.keys()]).toEqual(["m"]);
  line = false;
  expect(await see(page(), "m")).toBeUndefined();
});
