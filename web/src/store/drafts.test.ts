import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Fault } from "../net/fault";
import type { DraftChange } from "../net/protocol";
import type { Draft } from "../wire/types";
import { Drafts, type Note } from "./drafts";

type Answer = (room: string, draft: DraftChange) => Promise<{ draft?: Draft }>;

let send: ReturnType<typeof vi.fn<Answer>>;
let kept: string | null;
let drafts: Drafts;
const note: Note = {
  read: () => kept,
  write: (text) => {
    kept = text;
  },
};

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 28, 9) });
  kept = null;
  send = vi.fn<Answer>(async (_, { text, updated_at = "" }) =>
    text === "" ? {} : { draft: { text, updated_at } },
  );
  drafts = new Drafts(send, note);
  drafts.begin("ann");
});
afterEach(() => void vi.useRealTimers());

const told = (): unknown[] => send.mock.calls.map(([room, { text, reply_to }]) => [room, text, reply_to]);
const text = (room = "yard"): string | undefined => drafts.in(room).value?.text;

test("what is written is here at once, and told after a pause or on leaving", async () => {
  drafts.write("yard", "he");
  vi.advanceTimersByTime(900);
  drafts.write("yard", "hello", 7);
  vi.advanceTimersByTime(900);
  expect(text()).toBe("hello");
  expect(told()).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(told()).toEqual([["yard", "hello", 7]]);
  drafts.write("yard", "hello you", 7);
  await drafts.flush("yard");
  expect(told().at(-1)).toEqual(["yard", "hello you", 7]);
  await vi.runAllTimersAsync();
  expect(send).toHaveBeenCalledTimes(2);
});

test("sending leaves nothing of it, here and elsewhere", async () => {
  drafts.write("yard", "hello");
  await vi.runAllTimersAsync();
  drafts.sent("yard");
  expect(text()).toBeUndefined();
  await vi.runAllTimersAsync();
  expect(told().at(-1)).toEqual(["yard", "", undefined]);
  drafts.sent("yard");
  expect(send).toHaveBeenCalledTimes(2);
});

test("another device's words come in, unless ours are on their way", async () => {
  drafts.heard("yard", { text: "from the phone", updated_at: "2026-11-28T09:00:00.000Z" });
  expect(text()).toBe("from the phone");
  drafts.heard("yard", undefined);
  expect(text()).toBeUndefined();
  drafts.write("yard", "mine");
  drafts.heard("yard", { text: "from the phone", updated_at: "2026-11-28T09:00:01.000Z" });
  expect(text()).toBe("mine");
});

test("the later word wins, as the server says", async () => {
  drafts.write("yard", "early");
  const later = { text: "later", updated_at: "2026-11-28T10:00:00.000Z" };
  send.mockResolvedValueOnce({ draft: later });
  await vi.runAllTimersAsync();
  expect(text()).toBe("later");
});

test("a list that was on its way does not bring back what was just written or sent", async () => {
  drafts.write("yard", "hello");
  await vi.runAllTimersAsync();
  drafts.listed("yard", undefined);
  expect(text()).toBe("hello");
  vi.advanceTimersByTime(60_000);
  drafts.listed("yard", undefined);
  expect(text()).toBeUndefined();
});

test("without a line it is kept on the device, and told when the line is back", async () => {
  send.mockRejectedValueOnce(new Fault("offline"));
  drafts.write("yard", "written in a tunnel");
  await vi.runAllTimersAsync();
  const again = new Drafts(send, note);
  again.begin("ann");
  expect(again.in("yard").value?.text).toBe("written in a tunnel");
  again.listed("yard", undefined);
  expect(again.in("yard").value?.text).toBe("written in a tunnel");
  again.flushAll();
  await vi.runAllTimersAsync();
  expect(told().at(-1)).toEqual(["yard", "written in a tunnel", undefined]);
  expect(kept).toBeNull();
  const ben = new Drafts(send, note);
  ben.begin("ben");
  expect(ben.in("yard").value).toBeUndefined();
});

test("what the server does not take stays here", async () => {
  send.mockRejectedValueOnce(new Fault("draft_limit"));
  drafts.write("yard", "one too many");
  await vi.runAllTimersAsync();
  drafts.flushAll();
  await vi.runAllTimersAsync();
  expect(text()).toBe("one too many");
  expect(send).toHaveBeenCalledTimes(1);
});
