import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MemoryShelf } from "../testing/memory-shelf";
import { settle } from "../testing/script";
import { Stage, ann, memberOf, message, roomOf } from "../testing/stage";

let shelf: MemoryShelf;
let stage: Stage;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  shelf = new MemoryShelf();
  stage = new Stage(shelf);
});

afterEach(() => vi.useRealTimers());

/** Connected, with the room "yard" open: ten messages of ben's, of which eight are read; all of it is written. */
async function inTheYard(): Promise<void> {
  stage.add(roomOf("yard", 10, 8));
  await stage.connect();
  await stage.session.open(stage.room("yard"));
  await vi.advanceTimersByTimeAsync(1000);
}

const ids = (): string[] => stage.session.rooms.list.value.map((r) => r.id);

describe("a page that is loaded anew", () => {
  test("shows rooms, friends and the last entries before there is a line", async () => {
    await inTheYard();
    stage.session.people.setFriends([{ id: "ben", name: "Ben", nickname: "Benny" }]);
    await vi.advanceTimersByTimeAsync(1000);
    await stage.reload();
    expect(stage.session.connection.value.name).toBe("connecting");
    expect(stage.session.phase.value).toBe("signed-in");
    expect(stage.session.me.value).toEqual(ann);
    expect(ids()).toEqual(["yard"]);
    expect(stage.room("yard").unread.value).toBe(2);
    expect(stage.seqs("yard")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(stage.room("yard").unreadBy(message(10, "ben"))).toBe(2);
    expect(stage.session.people.friends.value).toMatchObject([{ nickname: "Benny" }]);
    expect(stage.session.people.get("ben").value).toMatchObject({ nickname: "Benny" });
  });

  test("asks only for what it does not have, by number", async () => {
    await inTheYard();
    await stage.reload();
    stage.write("yard", message(11, "cat"), false);
    stage.add(roomOf("garden", 2, 0));
    await stage.connect();
    expect(stage.line.last("sync").params).toEqual({ epoch: "e1", rooms: { yard: 10 } });
    expect(stage.seqs("yard").at(-1)).toBe(11);
    expect(stage.room("yard").unread.value).toBe(3);
    expect(stage.room("garden").unread.value).toBe(2);
  });

  test("starts again when the store's life is another", async () => {
    await inTheYard();
    await stage.reload();
    stage.epoch = "e2";
    stage.rooms.clear();
    stage.add(roomOf("garden", 2, 0));
    await stage.connect();
    expect(ids()).toEqual(["garden"]);
    await vi.advanceTimersByTimeAsync(1000);
    await stage.reload();
    expect(ids()).toEqual(["garden"]);
  });

  test("asks to sign in when the server does not know it any more, and nothing is left", async () => {
    await inTheYard();
    await stage.reload();
    stage.held.add("hello");
    stage.line.open();
    stage.line.refuse(stage.line.last("hello"), "token_invalid");
    await settle();
    expect(stage.session.phase.value).toBe("signed-out");
    expect(ids()).toEqual([]);
    expect(shelf.people).toBe(0);
    await stage.reload();
    expect(stage.session.phase.value).toBe("starting");
    expect(ids()).toEqual([]);
  });

  test("learns what was hidden meanwhile on another device", async () => {
    await inTheYard();
    await stage.reload();
    const yard = stage.rooms.get("yard");
    yard?.entries.splice(8, 1, { seq: 9, kind: "hidden" });
    await stage.connect();
    await stage.session.open(stage.room("yard"));
    expect(stage.room("yard").log.value?.get(9)).toEqual({ seq: 9, kind: "hidden" });
  });

  test("does not trust a list that was never whole", async () => {
    stage.add(roomOf("yard", 3));
    stage.add(roomOf("garden", 2));
    stage.held.add("rooms");
    await stage.connect();
    stage.line.reply(stage.line.last("rooms"), {
      rooms: [roomOf("yard", 3)],
      next_cursor: "c",
      epoch: "e1",
    });
    await vi.advanceTimersByTimeAsync(1000);
    stage.held.clear();
    await stage.reload();
    expect(stage.session.me.value).toEqual(ann);
    await stage.connect();
    expect(stage.line.count("sync")).toBe(0);
    expect(ids().toSorted()).toEqual(["garden", "yard"]);
  });
});

describe("writing", () => {
  test("waits, and is one for all that came", async () => {
    await inTheYard();
    const before = shelf.saves;
    for (let n = 11; n <= 40; n++) stage.write("yard", message(n, "ben"));
    expect(shelf.saves).toBe(before);
    await vi.advanceTimersByTimeAsync(1000);
    expect(shelf.saves).toBe(before + 1);
    expect(shelf.box("ann").rooms.get("yard")?.info.head_seq).toBe(40);
  });

  test("keeps the end of a long log, and leaves out what did not change", async () => {
    await inTheYard();
    for (let n = 11; n <= 200; n++) stage.write("yard", message(n, "ben"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(
      shelf
        .box("ann")
        .logs.get("yard")
        ?.entries.map((e) => e.seq),
    ).toEqual(Array.from({ length: 50 }, (_, i) => 151 + i));
    shelf.box("ann").logs.delete("yard");
    stage.session.read(stage.room("yard"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(shelf.box("ann").rooms.get("yard")?.info.read_seq).toBe(200);
    expect(shelf.box("ann").logs.has("yard")).toBe(false);
  });

  test("happens at once when the page may end", async () => {
    await inTheYard();
    stage.write("yard", message(11, "ben"));
    await stage.session.rest();
    await stage.reload();
    expect(stage.seqs("yard").at(-1)).toBe(11);
  });

  test("takes the read marks of the others along", async () => {
    await inTheYard();
    stage.line.notice("read", { room_id: "yard", user_id: "cat", seq: 10 });
    await stage.session.rest();
    await stage.reload();
    expect(stage.room("yard").unreadBy(message(10, "ben"))).toBe(1);
  });

  test("forgets a room that one is not in any more", async () => {
    await inTheYard();
    stage.line.notice("room", { room_id: "yard", gone: true });
    await stage.session.rest();
    await stage.reload();
    expect(ids()).toEqual([]);
    expect(shelf.box("ann").logs.size).toBe(0);
  });
});

const text = (s: string) => ({ type: "text", text: s }) as const;
const words = () => stage.session.writing.drafts("yard").map((d) => d.content.text);

describe("what was written and not sent", () => {
  test("is there after a reload, and is sent once, in order, when the line is back", async () => {
    await inTheYard();
    stage.line.end();
    stage.session.writing.send("yard", text("one"));
    stage.session.writing.send("yard", text("two"));
    await settle();
    await stage.reload();
    expect(words()).toEqual(["one", "two"]);
    await stage.connect();
    await settle();
    expect(stage.line.count("message.send")).toBe(1);
    for (const [seq, s] of [
      [11, "one"],
      [12, "two"],
    ] as const) {
      const call = stage.line.last("message.send");
      expect(call.params["text"]).toBe(s);
      stage.line.reply(call, { seq, id: `yard.${seq}`, created_at: "2026-11-23T09:01:00.000Z" });
      await settle();
    }
    expect(words()).toEqual([]);
    expect(shelf.box("ann").drafts.size).toBe(0);
    expect(stage.seqs("yard").slice(-2)).toEqual([11, 12]);
  });

  test("and was taken although the answer was lost is not there twice", async () => {
    await inTheYard();
    stage.session.writing.send("yard", text("one"));
    await settle();
    const { client_id } = stage.line.last("message.send").params as { client_id: string };
    await stage.reload();
    stage.write("yard", { ...message(11, "ann", "one"), client_id }, false);
    await stage.connect();
    expect(words()).toEqual([]);
    expect(stage.line.count("message.send")).toBe(0);
    expect(shelf.box("ann").drafts.size).toBe(0);
  });

  test("stays with the reason why it was refused, until it is dropped", async () => {
    await inTheYard();
    stage.session.writing.send("yard", text("one"));
    await settle();
    stage.line.refuse(stage.line.last("message.send"), "text_too_long");
    await settle();
    await stage.reload();
    const draft = stage.session.writing.drafts("yard")[0];
    expect(draft?.failed?.code).toBe("text_too_long");
    if (draft !== undefined) stage.session.writing.drop(draft);
    await settle();
    expect(shelf.box("ann").drafts.size).toBe(0);
  });

  test("lives as long as the page where nothing can be kept", async () => {
    shelf.broken = true;
    await inTheYard();
    stage.line.end();
    stage.session.writing.send("yard", text("one"));
    await stage.connect();
    await settle();
    expect(stage.line.last("message.send").params["text"]).toBe("one");
  });
});

test("rooms that nobody opened are loaded ahead, so that they are there without a line", async () => {
  stage.add(roomOf("yard", 10, 8));
  stage.add(roomOf("garden", 3));
  await stage.connect();
  await vi.advanceTimersByTimeAsync(5000);
  await stage.reload();
  expect(stage.seqs("yard").length).toBe(10);
  expect(stage.seqs("garden").length).toBe(3);
});

test("only the latest of very many rooms keep their entries", async () => {
  for (let i = 0; i < 120; i++) {
    stage.add(roomOf(`r${i}`, i + 1), [message(i + 1, "ben")]);
  }
  await stage.connect();
  for (const room of stage.session.rooms.list.value) await stage.session.open(room);
  await stage.session.rest();
  await stage.reload();
  await vi.advanceTimersByTimeAsync(1000);
  expect(stage.seqs("r119")).toEqual([120]);
  expect(stage.seqs("r19")).toEqual([]);
  expect(shelf.box("ann").logs.size).toBe(100);
});

test("what could not be written once is written with the next change", async () => {
  shelf.broken = true;
  await inTheYard();
  shelf.broken = false;
  stage.write("yard", message(11, "ben"));
  await vi.advanceTimersByTimeAsync(1000);
  await stage.reload();
  expect(stage.session.me.value).toEqual(ann);
  expect(stage.seqs("yard").at(-1)).toBe(11);
});

test("without storage everything comes from the server", async () => {
  shelf.broken = true;
  await inTheYard();
  await stage.reload();
  expect(stage.session.phase.value).toBe("starting");
  await stage.connect();
  expect(ids()).toEqual(["yard"]);
  await stage.session.open(stage.room("yard"));
  expect(stage.seqs("yard").length).toBe(10);
  await stage.session.signOut();
  expect(stage.session.phase.value).toBe("signed-out");
});

test("signing out leaves nothing on the device", async () => {
  await inTheYard();
  await stage.session.signOut();
  await settle();
  expect(shelf.people).toBe(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(shelf.people).toBe(0);
});

test("a room that is opened while the line is made waits for it", async () => {
  stage.add({ ...roomOf("yard", 10), members: [memberOf("ann", 10)], member_count: 1 });
  await stage.connect();
  await vi.advanceTimersByTimeAsync(1000);
  await stage.reload();
  const open = stage.session.open(stage.room("yard"));
  await settle();
  stage.line.open();
  await open;
  expect(stage.seqs("yard").length).toBe(10);
});
