import { expect, test } from "vitest";
import { noteOf, payloadOf, placeOfNote, tagOf, takenBack } from "./notes";

const message = { type: "message", room_id: "r", seq: 5, title: "Ben", body: "Hello" } as const;

test("a message is shown once for its room, with what can be done about it", () => {
  const note = noteOf({ ...message, created_at: "2026-11-23T09:00:00.000Z" }, undefined, { read: "Read" });
  expect(note).toMatchObject({
    title: "Ben",
    options: {
      body: "Hello",
      tag: "room:r",
      renotify: true,
      silent: false,
      timestamp: Date.UTC(2026, 10, 23, 9),
      actions: [{ action: "read", title: "Read" }],
      data: { room: "r", seq: 5 },
    },
  });
  expect(noteOf(message, undefined, {}).options.actions).toEqual([]);
});

test("the next message sounds, the same again does not, and a late one does not hide a newer", () => {
  const shown = { title: "Ben", body: "Hello", data: { room: "r", seq: 5 } };
  expect(noteOf({ ...message, seq: 6, body: "And?" }, shown, {}).options).toMatchObject({
    body: "And?",
    silent: false,
    renotify: true,
  });
  expect(noteOf(message, shown, {}).options).toMatchObject({ body: "Hello", silent: true, renotify: false });
  expect(noteOf({ ...message, seq: 4, body: "Old" }, shown, {}).options).toMatchObject({
    body: "Hello",
    silent: true,
    data: { seq: 5 },
  });
});

test("what was read is taken back, what came after it stays", () => {
  expect([4, 5, 6].map((upTo) => takenBack({ room: "r", seq: 5 }, upTo))).toEqual([false, true, true]);
});

test("a tap leads to the room, or to the settings after a test", () => {
  expect(placeOfNote({ room: "r", seq: 1 })).toBe("/rooms/r");
  expect(placeOfNote({ seq: 0 })).toBe("/more/notifications");
  expect(tagOf(undefined)).toBe("test");
});

test("only our own payloads are taken", () => {
  expect(payloadOf(message)).toEqual(message);
  for (const other of [null, "message", 1, {}, { type: "advertisement" }])
    expect(payloadOf(other)).toBeUndefined();
});
