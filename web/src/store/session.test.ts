import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { settle } from "../testing/script";
import { Stage, ann, memberOf, message, roomOf } from "../testing/stage";

let stage: Stage;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  stage = new Stage();
});

afterEach(() => vi.useRealTimers());

/** Connected, with the room "yard" open: ten messages of ben's, of which eight are read. */
async function inTheYard(): Promise<void> {
  stage.add(roomOf("yard", 10, 8));
  await stage.connect();
  await stage.session.open(stage.room("yard"));
}

const text = (s: string) => ({ type: "text", text: s }) as const;

describe("starting", () => {
  test("a browser that is signed in sees its rooms, the latest first", async () => {
    stage.add(roomOf("old", 3));
    stage.add(roomOf("new", 9, 7));
    expect(stage.session.phase.value).toBe("signed-out");
    await stage.connect();
    expect(stage.session.phase.value).toBe("signed-in");
    expect(stage.session.rooms.list.value.map((r) => r.id)).toEqual(["new", "old"]);
    expect(stage.session.rooms.unread.value).toBe(2);
  });

  test("a browser that is not signed in asks for it", async () => {
    stage.held.add("hello");
    stage.session.start();
    expect(stage.session.phase.value).toBe("starting");
    stage.line.open();
    stage.line.refuse(stage.line.last("hello"), "sign_in_required");
    expect(stage.session.phase.value).toBe("signed-out");
  });

  test("an entry that comes before the list is neither lost nor counted twice", async () => {
    stage.add(roomOf("yard", 10, 8));
    stage.held.add("rooms");
    await stage.connect();
    stage.write("yard", message(11, "ben")); // the list below has it already
    stage.line.reply(stage.line.last("rooms"), { rooms: [stage.rooms.get("yard")?.room], epoch: "e1" });
    await settle();
    stage.write("yard", message(12, "ben"));
    expect(stage.room("yard").head).toBe(12);
    expect(stage.room("yard").unread.value).toBe(4);
  });
});

describe("order", () => {
  test("entries count in order of their number", async () => {
    await inTheYard();
    stage.write("yard", message(11, "ben"));
    stage.write("yard", message(12, "cat"));
    expect(stage.seqs("yard").slice(-3)).toEqual([10, 11, 12]);
    stage.line.notice("entry", { room_id: "yard", entry: message(11, "ben") });
    expect(stage.seqs("yard").slice(-3)).toEqual([10, 11, 12]);
    expect(stage.room("yard").unread.value).toBe(4);
  });

  test("what comes too early waits for what is on its way", async () => {
    await inTheYard();
    stage.line.notice("entry", { room_id: "yard", entry: message(12, "ben") });
    expect(stage.seqs("yard").at(-1)).toBe(10);
    stage.line.notice("entry", { room_id: "yard", entry: message(11, "ben") });
    expect(stage.seqs("yard").slice(-2)).toEqual([11, 12]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(stage.line.count("sync")).toBe(0);
  });

  test("what does not come is asked for by number", async () => {
    await inTheYard();
    stage.write("yard", message(11, "ben"), false);
    stage.write("yard", message(12, "cat"), false);
    stage.write("yard", message(13, "ben"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(stage.line.last("sync").params).toEqual({ epoch: "e1", rooms: { yard: 10 } });
    expect(stage.seqs("yard").slice(-3)).toEqual([11, 12, 13]);
    expect(stage.room("yard").unread.value).toBe(5);
  });

  test("an entry that arrives while a room is opened is in it once", async () => {
    stage.add(roomOf("yard", 10));
    await stage.connect();
    stage.held.add("room.messages");
    const open = stage.session.open(stage.room("yard"));
    await settle();
    const entries = [...(stage.rooms.get("yard")?.entries ?? [])];
    stage.write("yard", message(11, "ben"));
    stage.write("yard", message(12, "ben"));
    const page = { entries: [...entries, message(11, "ben")], head_seq: 11, tail_seq: 1, epoch: "e1" };
    stage.line.reply(stage.line.last("room.messages"), page);
    await open;
    expect(stage.seqs("yard").slice(-3)).toEqual([10, 11, 12]);
  });

  test("older entries come in front, once, down to the first that may be seen", async () => {
    stage.add({ ...roomOf("yard", 120), tail_seq: 15 });
    await stage.connect();
    const yard = stage.room("yard");
    await stage.session.open(yard);
    expect(stage.seqs("yard")[0]).toBe(71);
    await Promise.all([stage.session.older(yard), stage.session.older(yard)]);
    expect(stage.seqs("yard")[0]).toBe(21);
    expect(stage.line.count("room.messages")).toBe(2);
    await stage.session.older(yard);
    expect(yard.log.value?.older).toBe(false);
  });
});

describe("what this device has", () => {
  test("is said in a moment, once for all that came, when there is somebody to wake", async () => {
    await inTheYard();
    stage.write("yard", message(11, "ben"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(stage.line.count("have")).toBe(0);
    stage.line.notice("have_wanted", {});
    stage.write("yard", message(12, "ben"));
    stage.write("yard", message(13, "ben"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(stage.line.count("have")).toBe(1);
    expect(stage.line.last("have").params).toEqual({ rooms: { yard: 13 } });
  });

  test("is said of what had to be asked for, too", async () => {
    await inTheYard();
    stage.line.notice("have_wanted", {});
    stage.write("yard", message(11, "ben"), false);
    stage.write("yard", message(12, "ben"));
    await vi.advanceTimersByTimeAsync(2000);
    expect(stage.line.last("have").params).toEqual({ rooms: { yard: 12 } });
  });
});

describe("catching up", () => {
  test("goes on when the server could not give the list at first", async () => {
    stage.add(roomOf("yard", 3));
    stage.held.add("rooms");
    await stage.connect();
    stage.line.refuse(stage.line.last("rooms"), "overloaded");
    await settle();
    expect(stage.session.rooms.loaded.value).toBe(false);
    stage.held.delete("rooms");
    await vi.advanceTimersByTimeAsync(500);
    expect(stage.session.rooms.list.value.map((r) => r.id)).toEqual(["yard"]);
  });

  test("starts once when the store's life changes while the list is loaded", async () => {
    stage.add(roomOf("yard", 3));
    stage.held.add("rooms");
    await stage.connect();
    const first = stage.line.last("rooms");
    stage.epoch = "e2";
    stage.line.notice("resync", { epoch: "e2" });
    stage.line.reply(first, { rooms: [roomOf("gone", 9)], epoch: "e1" });
    await settle();
    stage.line.reply(stage.line.last("rooms"), { rooms: [roomOf("yard", 3)], epoch: "e2" });
    await settle();
    expect(stage.session.rooms.list.value.map((r) => r.id)).toEqual(["yard"]);
  });

  test("starts again when a page of entries is of another life", async () => {
    stage.add(roomOf("yard", 3));
    await stage.connect();
    stage.epoch = "e2";
    await expect(stage.session.open(stage.room("yard"))).rejects.toMatchObject({ code: "epoch_changed" });
    expect(stage.line.count("rooms")).toBe(2);
    await stage.session.open(stage.room("yard"));
    expect(stage.seqs("yard")).toEqual([1, 2, 3]);
  });
});

test("the members of a middling room are all known once it is open, also after one left", async () => {
  const all = Array.from({ length: 30 }, (_, i) => memberOf(`u${i}`));
  const square = { ...roomOf("square", 10), member_count: 30, members: all.slice(0, 20) };
  stage.add(square);
  stage.members.set("square", all);
  await stage.connect();
  await stage.session.open(stage.room("square"));
  await settle();
  expect(stage.room("square").complete.value).toBe(true);
  expect(stage.room("square").unreadBy(message(10, "u3"))).toBe(29);
  stage.members.set("square", all.slice(1));
  stage.rooms.set("square", {
    room: { ...square, member_count: 29, members: all.slice(1, 21) },
    entries: [],
  });
  stage.line.notice("room", { room_id: "square" });
  await vi.advanceTimersByTimeAsync(500);
  expect(stage.room("square").unreadBy(message(10, "u3"))).toBe(28);
});

describe("coming back", () => {
  test("gets what was missed by number, with its unread count", async () => {
    await inTheYard();
    stage.line.end();
    stage.write("yard", message(11, "ben"), false);
    stage.write("yard", message(12, "cat"), false);
    await stage.connect();
    expect(stage.line.last("sync").params).toEqual({ epoch: "e1", rooms: { yard: 10 } });
    expect(stage.seqs("yard").slice(-3)).toEqual([10, 11, 12]);
    expect(stage.room("yard").unread.value).toBe(4);
    expect(stage.line.last("room.open").params).toEqual({ room_id: "yard" });
  });

  test("pages on when there is more than one answer holds", async () => {
    await inTheYard();
    stage.line.end();
    for (let n = 11; n <= 330; n++) stage.write("yard", message(n, "ben"), false);
    await stage.connect();
    await settle();
    expect(stage.seqs("yard")).toEqual(Array.from({ length: 330 }, (_, i) => i + 1));
    expect(stage.room("yard").unread.value).toBe(322);
  });

  test("begins the log anew when far too much was missed", async () => {
    await inTheYard();
    stage.line.end();
    for (let n = 11; n <= 2000; n++) stage.write("yard", message(n, "ben"), false);
    await stage.connect();
    await settle();
    await stage.session.open(stage.room("yard"));
    expect(stage.seqs("yard")[0]).toBe(1951);
    expect(stage.seqs("yard").at(-1)).toBe(2000);
    expect(stage.room("yard").unread.value).toBe(1992);
  });

  test("learns what was read meanwhile on another device and by the others, though nothing was written", async () => {
    await inTheYard();
    stage.add(roomOf("garden", 4, 1));
    await settle();
    stage.line.notice("room", { room_id: "garden", room: stage.rooms.get("garden")?.room });
    expect(stage.room("garden").unread.value).toBe(3);
    expect(stage.room("yard").unreadBy(last())).toBe(2); // ann and cat, at 8
    stage.line.end();
    stage.add({
      ...roomOf("yard", 10, 9),
      members: [memberOf("ann", 9), memberOf("ben", 10), memberOf("cat", 10)],
    });
    stage.add(roomOf("garden", 4));
    await stage.connect();
    await settle();
    expect(stage.room("garden").unread.value).toBe(0);
    expect(stage.room("garden").info.value.read_seq).toBe(4);
    expect(stage.room("yard").unread.value).toBe(1);
    expect(stage.room("yard").unreadBy(last())).toBe(1);
  });

  test("takes the read marks from every page of the list", async () => {
    stage.add(roomOf("yard", 10, 8));
    stage.add(roomOf("garden", 4, 1));
    await stage.connect();
    stage.line.end();
    stage.held.add("rooms");
    await stage.connect();
    stage.line.reply(stage.line.last("rooms"), {
      rooms: [roomOf("yard", 10)],
      next_cursor: "c",
      epoch: "e1",
    });
    await settle();
    expect(stage.line.last("rooms").params).toMatchObject({ cursor: "c" });
    stage.line.reply(stage.line.last("rooms"), { rooms: [roomOf("garden", 4)], epoch: "e1" });
    await settle();
    expect(stage.session.rooms.unread.value).toBe(0);
  });

  test("keeps a mark of its own that the server has not heard of yet", async () => {
    await inTheYard();
    stage.line.end();
    stage.session.read(stage.room("yard"));
    await stage.connect();
    await settle();
    expect(stage.room("yard").unread.value).toBe(0);
    expect(stage.room("yard").info.value.read_seq).toBe(10);
  });

  test("counts the messages of a large room anew", async () => {
    const square = { ...roomOf("square", 10), member_count: 500 };
    stage.add(
      square,
      Array.from({ length: 10 }, (_, i) => at(i + 1)),
    );
    await stage.connect();
    await stage.session.open(stage.room("square"));
    stage.line.end();
    stage.add(
      square,
      Array.from({ length: 10 }, (_, i) => ({ ...at(i + 1), unread_by: 7 })),
    );
    await stage.connect();
    await settle();
    const shown = stage.room("square").log.value?.get(10);
    expect(shown === undefined ? undefined : stage.room("square").unreadBy(shown)).toBe(7);
  });

  test("learns of rooms that came and went", async () => {
    await inTheYard();
    stage.line.end();
    stage.rooms.delete("yard");
    stage.add(roomOf("garden", 4, 3));
    await stage.connect();
    await settle();
    expect(stage.session.rooms.list.value.map((r) => r.id)).toEqual(["garden"]);
  });

  test("starts again when the store's life is another", async () => {
    await inTheYard();
    stage.line.end();
    stage.epoch = "e2";
    stage.add(roomOf("yard", 3, 1));
    await stage.connect();
    expect(stage.line.count("sync")).toBe(0);
    expect(stage.room("yard").head).toBe(3);
    expect(stage.room("yard").unread.value).toBe(2);
    await stage.session.open(stage.room("yard"));
    expect(stage.seqs("yard")).toEqual([1, 2, 3]);
  });

  test("starts again when the server says so meanwhile", async () => {
    await inTheYard();
    stage.epoch = "e2";
    stage.add(roomOf("yard", 2));
    stage.line.notice("resync", { epoch: "e2" });
    await settle();
    expect(stage.room("yard").head).toBe(2);
  });
});

describe("one's own messages", () => {
  test("stand at once, and take the place that the answer gives", async () => {
    await inTheYard();
    stage.session.writing.send("yard", text("hi"));
    expect(stage.session.writing.drafts("yard")).toMatchObject([{ content: { text: "hi" } }]);
    const call = stage.line.last("message.send");
    stage.line.reply(call, { seq: 11, id: "yard.11", created_at: "2026-11-23T09:01:00.000Z" });
    await settle();
    expect(stage.session.writing.drafts("yard")).toEqual([]);
    const log = stage.room("yard").log.value;
    expect(log?.get(11)).toMatchObject({ sender_id: "ann", text: "hi", client_id: call.params["client_id"] });
    expect(stage.room("yard").unread.value).toBe(2); // sending does not read, and one's own do not count
    expect(stage.room("yard").info.value.last_message?.text).toBe("hi");
  });

  test("wait for the entries before them when the answer is faster", async () => {
    await inTheYard();
    stage.session.writing.send("yard", text("hi"));
    stage.line.reply(stage.line.last("message.send"), {
      seq: 12,
      id: "",
      created_at: "2026-11-23T09:01:00.000Z",
    });
    await settle();
    expect(stage.seqs("yard").at(-1)).toBe(10);
    stage.write("yard", message(11, "ben"));
    expect(stage.seqs("yard").slice(-2)).toEqual([11, 12]);
  });

  test("are sent again after a loss, under the same id, and are there once", async () => {
    await inTheYard();
    stage.session.writing.send("yard", text("hi"));
    const client_id = stage.line.last("message.send").params["client_id"] as string;
    stage.line.end();
    await stage.connect();
    await settle();
    expect(stage.line.last("message.send").params["client_id"]).toBe(client_id);
    stage.line.reply(stage.line.last("message.send"), {
      seq: 11,
      id: "",
      created_at: "2026-11-23T09:01:00.000Z",
    });
    await settle();
    expect(stage.session.writing.drafts("yard")).toEqual([]);
    expect(stage.seqs("yard").slice(-2)).toEqual([10, 11]);
  });

  test("that were written on another device arrive as entries", async () => {
    await inTheYard();
    stage.write("yard", { ...message(11, "ann", "from my phone"), client_id: "other" });
    expect(stage.room("yard").log.value?.get(11)?.text).toBe("from my phone");
    expect(stage.room("yard").unread.value).toBe(2);
  });

  test("can be edited, reacted to and deleted, and the log shows it", async () => {
    await inTheYard();
    const yard = stage.room("yard");
    const log = yard.log.value;
    const own = { ...message(11, "ann", "helo"), client_id: "c" };
    stage.write("yard", own);
    const edit = stage.session.edit(yard, own, "hello");
    stage.line.reply(stage.line.last("message.edit"), { seq: 12 });
    await edit;
    expect(log?.get(11)).toMatchObject({ text: "hello", edited_at: expect.any(String) as string });
    expect(yard.info.value.last_message?.text).toBe("hello");

    const react = stage.session.react(yard, own, "👍", false);
    stage.line.reply(stage.line.last("message.react"), { seq: 13 });
    await react;
    expect(log?.get(11)).toMatchObject({
      text: "hello",
      reactions: [{ emoji: "👍", count: 1, user_ids: ["ann"] }],
    });

    const gone = stage.session.delete(yard, own, "all");
    stage.line.reply(stage.line.last("message.delete"), { seq: 14 });
    await gone;
    expect(log?.get(11)).toMatchObject({ deleted: true });
    expect(log?.get(11)?.text).toBeUndefined();
    expect(yard.head).toBe(14);
    expect(yard.unread.value).toBe(2);
  });
});

/** A message of which the server said that 400 have yet to read it. */
const at = (seq: number) => ({ ...message(seq, "ben"), unread_by: 400 });

/** The last message in the yard. */
const last = () => message(10, "ben");

describe("reading", () => {
  test("empties the count at once and tells the server once", async () => {
    await inTheYard();
    const yard = stage.room("yard");
    stage.session.read(yard);
    stage.write("yard", message(11, "ben"));
    stage.session.read(yard);
    expect(yard.unread.value).toBe(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(stage.line.count("room.read")).toBe(1);
    expect(stage.line.last("room.read").params).toEqual({ room_id: "yard", seq: 11 });
  });

  test("that could not be told is told when the line is back", async () => {
    await inTheYard();
    stage.line.end();
    stage.session.read(stage.room("yard"));
    await vi.advanceTimersByTimeAsync(200);
    await stage.connect();
    await settle();
    expect(stage.line.last("room.read").params).toEqual({ room_id: "yard", seq: 10 });
    expect(stage.room("yard").unread.value).toBe(0);
  });

  test("on another device counts here too", async () => {
    await inTheYard();
    stage.line.notice("read", { room_id: "yard", user_id: "ann", seq: 9 });
    expect(stage.room("yard").unread.value).toBe(1);
    stage.line.notice("read", { room_id: "yard", user_id: "ann", seq: 99 });
    expect(stage.room("yard").unread.value).toBe(0);
    stage.line.notice("read", { room_id: "yard", user_id: "ann", seq: 3 });
    expect(stage.room("yard").unread.value).toBe(0);
  });

  test("by the others lowers the number beside a message", async () => {
    await inTheYard();
    const yard = stage.room("yard");
    expect(yard.unreadBy(last())).toBe(2); // ann and cat, at 8
    stage.line.notice("read", { room_id: "yard", user_id: "cat", seq: 10 });
    expect(yard.unreadBy(last())).toBe(1);
    stage.session.read(yard);
    expect(yard.unreadBy(last())).toBe(0);
  });

  test("in a large room is told in steps", async () => {
    stage.add({ ...roomOf("square", 10), member_count: 500 });
    await stage.connect();
    const square = stage.room("square");
    await stage.session.open(square);
    expect(square.unreadBy(at(9))).toBe(400);
    stage.line.notice("read", { room_id: "square", unread_by: [[10, 300], [8, 120]] }); // prettier-ignore
    expect([10, 9, 8, 7].map((seq) => square.unreadBy(at(seq)))).toEqual([300, 300, 120, 120]);
    expect(square.unreadBy({ ...at(11), unread_by: 499 })).toBe(499);
  });
});

test("what one hides on another device is hidden here too", async () => {
  await inTheYard();
  stage.line.notice("entry", { room_id: "yard", entry: { seq: 9, kind: "hidden" } });
  expect(stage.room("yard").log.value?.get(9)).toEqual({ seq: 9, kind: "hidden" });
  await vi.advanceTimersByTimeAsync(500);
  expect(stage.requests).toContain("GET /v1/rooms/yard");
});

describe("rooms", () => {
  test("that somebody begins appear with their first entry", async () => {
    await inTheYard();
    stage.add(roomOf("garden", 1, 0));
    stage.line.notice("entry", { room_id: "garden", entry: message(1, "ben") });
    await vi.advanceTimersByTimeAsync(500);
    expect(stage.room("garden").unread.value).toBe(1);
  });

  test("that one is not in any more are gone", async () => {
    await inTheYard();
    stage.line.notice("room", { room_id: "yard", gone: true });
    expect(stage.session.rooms.list.value).toEqual([]);
  });

  test("are fetched anew when something about them changed", async () => {
    await inTheYard();
    stage.rooms.set("yard", { room: { ...roomOf("yard", 10, 8), title: "Garden" }, entries: [] });
    stage.line.notice("room", { room_id: "yard" });
    await vi.advanceTimersByTimeAsync(500);
    expect(stage.room("yard").info.value.title).toBe("Garden");
  });
});

test("somebody is writing until they wrote or five seconds passed", async () => {
  await inTheYard();
  const yard = stage.room("yard");
  stage.line.notice("typing", { room_id: "yard", user_id: "ann" }); // on another device
  stage.line.notice("typing", { room_id: "yard", user_id: "ben" });
  stage.line.notice("typing", { room_id: "yard", user_id: "cat" });
  expect([...yard.typing.value.keys()]).toEqual(["ben", "cat"]);
  stage.write("yard", message(11, "ben"));
  expect([...yard.typing.value.keys()]).toEqual(["cat"]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(yard.typing.value.size).toBe(0);
});

test("signing out forgets everything", async () => {
  await inTheYard();
  await stage.session.signOut();
  expect(stage.requests).toContain("DELETE /v1/auth/sessions/current");
  expect(stage.session.phase.value).toBe("signed-out");
  expect(stage.session.me.value).toBeUndefined();
  expect(stage.session.rooms.list.value).toEqual([]);
});

test("another person on the same browser finds nothing of the one before", async () => {
  await inTheYard();
  stage.line.end(4001);
  expect(stage.session.rooms.list.value).toEqual([]);
  stage.rooms.clear();
  await stage.connect();
  expect(stage.session.me.value?.id).toBe(ann.id);
  expect(stage.session.rooms.list.value).toEqual([]);
});

describe("the notice of a room", () => {
  test("changes with the message that it is, and goes with it", async () => {
    const notice = {
      seq: 5,
      user_id: "ben",
      pinned_at: "2026-11-23T09:00:00.000Z",
      message: message(5, "ben"),
    };
    stage.add({ ...roomOf("yard", 10), notice });
    await stage.connect();
    const yard = stage.room("yard");
    expect(yard.info.value.notice?.message.text).toBe("m5");
    stage.write("yard", { seq: 11, kind: "edit", target_seq: 5, target: message(5, "ben", "new") });
    expect(yard.info.value.notice?.message.text).toBe("new");
    const deleted = { seq: 5, kind: "message", deleted: true } as const;
    stage.write("yard", { seq: 12, kind: "deletion", target_seq: 5, target: deleted });
    expect(yard.info.value.notice).toBeUndefined();
  });
});
