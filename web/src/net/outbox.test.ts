import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { settle } from "../testing/script";
import { Fault } from "./fault";
import { Outbox, giveUpMs } from "./outbox";
import type { SendParams, Sent } from "./protocol";

interface Attempt {
  params: SendParams;
  resolve: (sent: Sent) => void;
  reject: (fault: Fault) => void;
}

let attempts: Attempt[];
let sent: string[];
let outbox: Outbox;
/** What is kept, and told to other tabs. */
let told: string[];
let sends: boolean;

const text = (s: string) => ({ type: "text", text: s }) as const;
const answer = (seq: number): Sent => ({ seq, id: `r.${seq}`, created_at: "2026-11-23T09:00:00.000Z" });

function attempt(i: number): Attempt {
  const a = attempts.at(i);
  if (a === undefined) throw new Error(`there was no attempt ${i}`);
  return a;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  attempts = [];
  sent = [];
  told = [];
  sends = true;
  let n = 0;
  outbox = new Outbox({
    send: (params) => new Promise((resolve, reject) => attempts.push({ params, resolve, reject })),
    uuid: () => `c${++n}`,
    sends: () => sends,
    onChange: () => undefined,
    onPut: (draft) => told.push(`${draft.content.text}${draft.failed === undefined ? "" : " failed"}`),
    onDrop: (_room, client) => told.push(`no ${client}`),
    onSent: (draft, s) => sent.push(`${draft.content.text}=${s.seq}`),
  });
});

afterEach(() => vi.useRealTimers());

test("a room's messages leave one after the other, rooms side by side", async () => {
  outbox.add("r", text("one"));
  outbox.add("r", text("two"));
  outbox.add("other", text("three"));
  expect(attempts.map((a) => a.params.text)).toEqual(["one", "three"]);
  attempt(0).resolve(answer(1));
  await settle();
  expect(attempts.map((a) => a.params.text)).toEqual(["one", "three", "two"]);
  expect(sent).toEqual(["one=1"]);
  expect(outbox.drafts("r").map((d) => d.content.text)).toEqual(["two"]);
});

test("a message whose files took time is sent before what was written after it and still waits", async () => {
  const at = Date.now();
  vi.setSystemTime(at + 1000);
  outbox.add("r", text("on its way"));
  outbox.add("r", text("waits"));
  outbox.addBegun({ room_id: "r", client_id: "photo", content: text("photo"), at });
  expect(outbox.drafts("r").map((d) => d.content.text)).toEqual(["photo", "on its way", "waits"]);
  for (const i of [0, 1, 2]) {
    attempt(i).resolve(answer(i));
    await settle();
  }
  expect(sent).toEqual(["on its way=0", "photo=1", "waits=2"]);
});

test("a lost answer is asked for again under the same client id", async () => {
  outbox.add("r", text("one"));
  attempt(0).reject(new Fault("offline"));
  await settle();
  expect(attempts).toHaveLength(1);
  outbox.flush();
  expect(attempt(1).params.client_id).toBe(attempt(0).params.client_id);
});

test("a busy server is asked again after the wait it names", async () => {
  outbox.add("r", text("one"));
  attempt(0).reject(new Fault("rate_limited", "", { retryAfterMs: 2000 }));
  await vi.advanceTimersByTimeAsync(1999);
  expect(attempts).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(attempts).toHaveLength(2);
});

test("what is refused stays until the person decides, and lets the next pass", async () => {
  outbox.add("r", text("too long"));
  outbox.add("r", text("fine"));
  attempt(0).reject(new Fault("text_too_long"));
  await settle();
  expect(attempts.map((a) => a.params.text)).toEqual(["too long", "fine"]);
  attempt(1).resolve(answer(1));
  await settle();
  expect(outbox.drafts("r")).toMatchObject([
    { content: { text: "too long" }, failed: { code: "text_too_long" } },
  ]);
  outbox.drop("r", "c1");
  expect(outbox.drafts("r")).toEqual([]);
});

test("waits for the line however long, but what is a day old is given up, and sent again on demand", async () => {
  outbox.add("r", text("one"));
  attempt(0).reject(new Fault("offline"));
  await vi.advanceTimersByTimeAsync(giveUpMs - 1000);
  outbox.flush();
  expect(attempts).toHaveLength(2);
  attempt(1).reject(new Fault("offline"));
  await vi.advanceTimersByTimeAsync(2000);
  outbox.flush();
  expect(outbox.drafts("r")).toMatchObject([{ failed: { code: "offline" } }]);
  expect(attempts).toHaveLength(2);
  outbox.retry("r", "c1");
  expect(attempt(2).params.client_id).toBe("c1");
  attempt(2).resolve(answer(7));
  await settle();
  expect(sent).toEqual(["one=7"]);
});

test("a message that arrives by itself is a draft no more", () => {
  outbox.add("r", text("one"));
  outbox.arrived("r", "c1");
  expect(outbox.drafts("r")).toEqual([]);
});

test("every change is told, to be kept", async () => {
  outbox.add("r", text("one"));
  outbox.add("r", text("two"));
  attempt(0).reject(new Fault("text_too_long"));
  await settle();
  attempt(1).resolve(answer(1));
  await settle();
  outbox.drop("r", "c1");
  outbox.drop("r", "c1");
  expect(told).toEqual(["one", "two", "one failed", "no c2", "no c1"]);
});

const kept = (client_id: string, at: number) => ({
  room_id: "r",
  client_id,
  content: text(client_id),
  at,
});

test("what was kept is sent in the order in which it was written", () => {
  sends = false;
  outbox.take(kept("b", Date.now()));
  outbox.take(kept("a", Date.now() - 1000));
  expect(attempts).toEqual([]);
  expect(told).toEqual([]);
  sends = true;
  outbox.flush();
  expect(attempt(0).params).toMatchObject({ client_id: "a", text: "a" });
  outbox.takeDrop("r", "b");
  expect(outbox.drafts("r").map((d) => d.client_id)).toEqual(["a"]);
});

test("what waits for the line can be dropped", async () => {
  outbox.add("r", text("one"));
  attempt(0).reject(new Fault("offline"));
  await settle();
  outbox.drop("r", "c1");
  outbox.flush();
  expect(outbox.drafts("r")).toEqual([]);
  expect(attempts).toHaveLength(1);
});

test("a message that was begun with its files is added once, under the id that it has", () => {
  outbox.addBegun({ room_id: "r", client_id: "begun", content: text("photo"), at: Date.now() });
  outbox.addBegun({ room_id: "r", client_id: "begun", content: text("photo"), at: Date.now() });
  expect(attempts.map((a) => a.params.client_id)).toEqual(["begun"]);
});
