import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Fault } from "../net/fault";
import type { Request } from "../net/http";
import { Previews } from "./previews";

interface Asked {
  path: string;
  answer: (told: object) => void;
  fail: (fault: Fault) => void;
}

let asked: Asked[];
let letGo: string[];
let previews: Previews;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  letGo = [];
  let n = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${++n}`);
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void letGo.push(url));
  const request = (_: string, path: string): Promise<object> =>
    new Promise((answer, fail) => asked.push({ path, answer, fail }));
  previews = new Previews(request as Request);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const site = { url: "https://example.com/", site: "Example" };
const withPicture = { ...site, picture: { jpeg: btoa("pixels"), width: 4, height: 3 } };

test("a message is asked about once, and again when its text is another", async () => {
  const preview = previews.of("yard", 7);
  expect(previews.of("yard", 7)).toBe(preview);
  expect(asked.map((a) => a.path)).toEqual(["/v1/rooms/yard/messages/7/preview"]);
  asked[0]?.answer(withPicture);
  await settle();
  expect(preview.value).toEqual({ ...site, picture: { url: "blob:1", width: 4, height: 3 } });
  expect(previews.of("yard", 7, "2026-11-23T09:00:00.000Z")).not.toBe(preview);
  expect(asked).toHaveLength(2);
});

test("four questions are on their way at most", async () => {
  for (let seq = 1; seq <= 6; seq++) previews.of("yard", seq);
  expect(asked).toHaveLength(4);
  asked[0]?.answer(site);
  asked[1]?.fail(new Fault("preview_none"));
  await settle();
  expect(asked.map((a) => a.path.at(-9))).toEqual(["1", "2", "3", "4", "5", "6"]); // …/6/preview
});

test("a busy server is asked again after the wait it names; one that is away, when the message is seen again", async () => {
  const busy = previews.of("yard", 1);
  asked[0]?.fail(new Fault("preview_busy", "", { retryAfterMs: 3000 }));
  await settle(2999);
  expect(asked).toHaveLength(1);
  await settle(1);
  asked[1]?.answer(site);
  await settle();
  expect(busy.value).toEqual(site);

  const away = previews.of("yard", 2);
  asked[2]?.fail(new Fault("offline"));
  await settle();
  expect(previews.of("yard", 2)).not.toBe(away);
  expect(asked).toHaveLength(4);
});

test("an address without a preview is not asked for again", async () => {
  const none = previews.of("yard", 1);
  asked[0]?.fail(new Fault("preview_none"));
  await settle();
  expect(previews.of("yard", 1)).toBe(none);
  expect(asked).toHaveLength(1);
});

test("pictures of the oldest are let go, and none comes for what was let go", async () => {
  const first = previews.of("yard", 1);
  previews.of("yard", 2);
  asked[0]?.answer(withPicture);
  await settle();
  for (let seq = 3; seq <= 202; seq++) previews.of("yard", seq);
  expect(letGo).toEqual(["blob:1"]);
  asked[1]?.answer(withPicture);
  await settle();
  expect(URL.createObjectURL).toHaveBeenCalledTimes(1);
  expect(previews.of("yard", 1)).not.toBe(first);
});

test("nothing of who signed out comes to the next person", async () => {
  const theirs = previews.of("yard", 1);
  previews.of("yard", 2);
  asked[1]?.answer(withPicture);
  await settle();
  previews.clear();
  expect(letGo).toEqual(["blob:1"]);
  const mine = previews.of("yard", 1);
  asked[0]?.fail(new Fault("offline"));
  await settle();
  expect(previews.of("yard", 1)).toBe(mine);
  expect(theirs.value).toBeUndefined();
});
