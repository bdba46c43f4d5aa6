import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FoundPage, Wanted } from "../net/api";
import { Fault } from "../net/fault";
import { message } from "../testing/stage";
import { MessageSearch } from "./search";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const page = (from: number, n: number, next_cursor?: string): FoundPage => ({
  messages: Array.from({ length: n }, (_, i) => ({ room_id: "yard", entry: message(from - i, "ben") })),
  ...(next_cursor === undefined ? {} : { next_cursor }),
});
const seqs = (search: MessageSearch): number[] => search.found.value.map((f) => f.entry.seq);

test("a search waits for a pause in typing, and goes on until there is something to see", async () => {
  const ask = vi.fn<(wanted: Wanted, cursor: string) => Promise<FoundPage>>(async (_, cursor) =>
    cursor === "" ? page(0, 0, "a") : cursor === "a" ? page(90, 20, "b") : page(70, 5),
  );
  const search = new MessageSearch(ask);
  search.start({ q: "m" });
  search.start({ q: "me" });
  expect(search.busy.value).toBe(true);
  expect(ask).not.toHaveBeenCalled();
  await vi.runAllTimersAsync();
  expect(ask.mock.calls).toEqual([
    [{ q: "me" }, ""],
    [{ q: "me" }, "a"],
  ]);
  expect(seqs(search)).toHaveLength(20);
  expect(search.more.value).toBe(true);
  await search.next();
  expect(seqs(search)).toHaveLength(25);
  expect([search.more.value, search.busy.value]).toEqual([false, false]);
});

test("a late answer to an older search changes nothing, and nothing wanted is nothing found", async () => {
  const answers: ((p: FoundPage) => void)[] = [];
  const search = new MessageSearch(() => new Promise((resolve) => void answers.push(resolve)));
  search.start({ q: "old" });
  await vi.runAllTimersAsync();
  search.start({ q: "new" });
  await vi.runAllTimersAsync();
  answers[0]?.(page(1, 1));
  answers[1]?.(page(9, 1));
  await vi.runAllTimersAsync();
  expect(seqs(search)).toEqual([9]);
  search.start({ q: " " });
  expect([seqs(search), search.busy.value]).toEqual([[], false]);
});

test("a failed search says why, and can go on", async () => {
  const search = new MessageSearch(async () => {
    throw new Fault("search_busy");
  });
  search.start({ q: "m" });
  await vi.runAllTimersAsync();
  expect(search.fault.value?.code).toBe("search_busy");
  expect(search.busy.value).toBe(false);
});
