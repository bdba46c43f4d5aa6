import { beforeEach, expect, test } from "vitest";
import { Stage, message, roomOf } from "../testing/stage";
import { settle } from "../testing/script";

let stage: Stage;

beforeEach(async () => {
  stage = new Stage();
  stage.add(roomOf("yard", 1000));
  await stage.connect();
  await stage.session.open(stage.room("yard"));
});

const shown = (): number[] => stage.room("yard").shown.value?.entries.value.map((e) => e.seq) ?? [];

test("a jump far back shows that part, while what arrives goes on", async () => {
  const yard = stage.room("yard");
  await stage.session.jumpTo(yard, 500);
  expect([shown()[0], shown().at(-1)]).toEqual([461, 540]);
  expect(yard.jump.value?.seq).toBe(500);
  stage.write("yard", message(1001, "ben"));
  expect(shown().at(-1)).toBe(540);
  expect(stage.seqs("yard").at(-1)).toBe(1001);
  await stage.session.older(yard);
  expect(shown()[0]).toBe(411);
  stage.session.toNewest(yard);
  expect(shown()).toEqual(stage.seqs("yard"));
  expect(yard.jump.value?.seq).toBeUndefined();
});

test("reading on downwards leads to the newest without a gap, in the same list", async () => {
  const yard = stage.room("yard");
  await stage.session.jumpTo(yard, 870);
  const list = yard.jump.value?.list;
  for (let i = 0; i < 5 && yard.part.value !== undefined; i++) await stage.session.newer(yard);
  expect(yard.part.value).toBeUndefined();
  expect(shown()).toEqual(Array.from({ length: 1000 - 830 }, (_, i) => 831 + i));
  expect(yard.jump.value?.list).toBe(list);
});

test("a jump to what is loaded loads nothing and keeps the list", async () => {
  const yard = stage.room("yard");
  const calls = stage.line.count("room.messages");
  await stage.session.jumpTo(yard, 980);
  expect(stage.line.count("room.messages")).toBe(calls);
  expect(yard.jump.value).toMatchObject({ seq: 980, list: 0 });
});

test("the last of two jumps counts", async () => {
  const yard = stage.room("yard");
  stage.held.add("room.messages");
  const first = stage.session.jumpTo(yard, 100);
  await settle();
  const late = stage.line.calls.filter((c) => c.method === "room.messages").slice(-2);
  stage.held.clear();
  await stage.session.jumpTo(yard, 300);
  for (const call of late) {
    stage.line.reply(call, { entries: [message(100, "ben")], head_seq: 1000, tail_seq: 1, epoch: "e1" });
  }
  await first;
  expect(shown()).toContain(300);
  expect(shown()).not.toContain(100);
});

test("what is no more is said", async () => {
  stage.add({ ...roomOf("old", 100), tail_seq: 51 }, [message(51, "ben"), message(52, "ben")]);
  stage.line.notice("room", { room_id: "old", room: { ...roomOf("old", 100), tail_seq: 51 } });
  await settle();
  await expect(stage.session.jumpTo(stage.room("old"), 10)).rejects.toMatchObject({ code: "entry_unknown" });
});

test("an edit is seen in the part, too; sending leads to the newest", async () => {
  const yard = stage.room("yard");
  await stage.session.jumpTo(yard, 500);
  stage.write("yard", { seq: 1001, kind: "edit", target_seq: 500, target: message(500, "ben", "new") });
  expect(yard.shown.value?.get(500)?.text).toBe("new");
  stage.session.writing.send("yard", { type: "text", text: "hi" });
  expect(yard.part.value).toBeUndefined();
});
