import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Announcer } from "./announce";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("few messages are read, many are counted, and each is said once", () => {
  const said: string[] = [];
  const announcer = new Announcer(
    (words) => said.push(words),
    (n) => `${n} new`,
  );
  announcer.add("ben: hello");
  expect(said).toEqual([]);
  vi.runAllTimers();
  announcer.add("ben: one");
  announcer.add("cat: two");
  vi.runAllTimers();
  for (let i = 0; i < 40; i++) announcer.add(`ben: ${i}`);
  vi.runAllTimers();
  announcer.add("ben: late");
  announcer.stop();
  vi.runAllTimers();
  expect(said).toEqual(["ben: hello", "ben: one\ncat: two", "40 new"]);
});
