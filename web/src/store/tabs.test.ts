import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeBrowser, type FakeTab } from "../testing/fake-tabs";
import { MemoryShelf } from "../testing/memory-shelf";
import { settle } from "../testing/script";
import { Stage, ann, message, roomOf } from "../testing/stage";
import type { LiveRoom } from "./live-room";
import type { Session } from "./session";

let shelf: MemoryShelf;
let stage: Stage;
let browser: FakeBrowser;
let one: Page;
let two: Page;

interface Page {
  tab: FakeTab;
  session: Session;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  shelf = new MemoryShelf();
  stage = new Stage(shelf);
  stage.add(roomOf("yard", 10, 8));
  browser = new FakeBrowser();
});

afterEach(() => {
  for (const tab of browser.tabs) tab.close(true);
  vi.useRealTimers();
});

async function pass(): Promise<void> {
  for (let i = 0; i < 5; i++) await settle();
}

async function open(): Promise<Page> {
  const tab = browser.open();
  const session = stage.page(tab);
  session.start();
  await pass();
  return { tab, session };
}

/** Opens the newest line, as a server that is there does. */
async function connect(): Promise<void> {
  stage.line.open();
  await pass();
}

async function twoTabs(): Promise<void> {
  one = await open();
  await connect();
  two = await open();
}

function yard({ session }: Page): LiveRoom {
  const room = session.rooms.peek("yard");
  if (room === undefined) throw new Error("the tab has no yard");
  return room;
}

const seqs = (page: Page): number[] => yard(page).log.value?.entries.value.map((e) => e.seq) ?? [];
const text = (s: string) => ({ type: "text", text: s }) as const;

/** The server takes the last message that was sent, as the entry of that number. */
async function take(seq: number): Promise<void> {
  const call = stage.line.last("message.send");
  stage.line.reply(call, { seq, id: `yard.${seq}`, created_at: "2026-11-23T09:01:00.000Z" });
  await pass();
}

describe("two tabs", () => {
  test("have one line, and both know what it says", async () => {
    await twoTabs();
    expect(stage.lines).toHaveLength(1);
    expect(two.session.phase.value).toBe("signed-in");
    expect(two.session.connection.value.name).toBe("online");
    await two.session.open(yard(two));
    stage.write("yard", message(11, "ben"));
    await pass();
    expect(yard(one).head).toBe(11);
    expect(seqs(two).at(-1)).toBe(11);
  });

  test("see what is written, edited and hidden in the other", async () => {
    await twoTabs();
    await one.session.open(yard(one));
    two.session.writing.send("yard", text("hi"));
    await pass();
    expect(one.session.writing.drafts("yard")).toMatchObject([{ content: { text: "hi" } }]);
    expect(stage.line.count("message.send")).toBe(1);
    await take(11);
    for (const page of [one, two]) {
      expect(page.session.writing.drafts("yard")).toEqual([]);
      expect(yard(page).info.value.last_message?.text).toBe("hi");
    }
    const edit = two.session.edit(yard(two), message(11, "ann", "hi"), "hello");
    await pass();
    stage.line.reply(stage.line.last("message.edit"), { seq: 12 });
    await edit;
    await pass();
    expect(yard(one).log.value?.get(11)?.text).toBe("hello");
    const hide = two.session.delete(yard(two), message(10, "ben"), "me");
    await pass();
    stage.line.reply(stage.line.last("message.delete"), {});
    await hide;
    await pass();
    expect(yard(one).log.value?.get(10)?.kind).toBe("hidden");
  });

  test("read for each other", async () => {
    await twoTabs();
    two.session.read(yard(two));
    await pass();
    expect(yard(one).unread.value).toBe(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(stage.line.count("room.read")).toBe(1);
  });

  test("have that room open which a person saw last, and say so once", async () => {
    stage.add(roomOf("garden", 3));
    await twoTabs();
    one.tab.see(true);
    await one.session.open(yard(one));
    two.tab.see(false);
    await pass();
    expect(stage.line.last("room.open").params).toEqual({ room_id: "yard" });
    const garden = two.session.rooms.peek("garden");
    if (garden !== undefined) await two.session.open(garden);
    await pass();
    expect(stage.line.last("room.open").params).toEqual({ room_id: "yard" });
    one.tab.see(false);
    two.tab.see(true);
    await pass();
    expect(stage.line.last("room.open").params).toEqual({ room_id: "garden" });
    two.tab.close();
    one.tab.see(true);
    await pass();
    expect(stage.line.last("room.open").params).toEqual({ room_id: "yard" });
    expect(stage.line.count("room.open")).toBe(3);
  });

  test("tell that somebody writes through the one line", async () => {
    await twoTabs();
    two.session.writing.typing("yard");
    await pass();
    expect(stage.line.last("typing").params).toEqual({ room_id: "yard" });
  });

  test("know what changed since the line was made, also the one that came later", async () => {
    one = await open();
    await connect();
    stage.line.notice("have_wanted", {});
    await vi.advanceTimersByTimeAsync(1000);
    stage.me = { ...ann, name: "Anna" };
    stage.line.notice("people", { event: "profile", user_id: "ann" });
    await pass();
    two = await open();
    await pass();
    expect(two.session.me.value?.name).toBe("Anna");
    stage.write("yard", message(11, "ben"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(stage.line.count("have")).toBe(2);
  });

  test("get refusals as they are", async () => {
    await twoTabs();
    const edit = two.session.edit(yard(two), message(9, "ann"), "x");
    const refused = edit.catch((thrown: unknown) => thrown);
    await pass();
    stage.line.refuse(stage.line.last("message.edit"), "edit_too_late");
    expect(await refused).toMatchObject({ code: "edit_too_late" });
  });

  test("are both signed out when one is, and in again when one is", async () => {
    await twoTabs();
    await vi.advanceTimersByTimeAsync(1000);
    await two.session.signOut();
    await pass();
    for (const { session } of [one, two]) {
      expect(session.phase.value).toBe("signed-out");
      expect(session.rooms.list.value).toEqual([]);
    }
    expect(stage.lines[0]?.closed).toBe(1000);
    expect(shelf.people).toBe(0);
    two.session.enter();
    await pass();
    await connect();
    for (const { session } of [one, two]) expect(session.me.value).toEqual(ann);
    expect(stage.lines).toHaveLength(2);
  });

  test("ask for sign-in both when the device was signed out elsewhere", async () => {
    await twoTabs();
    stage.line.end(4001);
    await pass();
    expect(two.session.phase.value).toBe("signed-out");
    const three = await open();
    expect(three.session.phase.value).toBe("signed-out");
  });

  test("catch up both after the line was lost", async () => {
    await twoTabs();
    await two.session.open(yard(two));
    stage.line.end();
    await pass();
    expect(two.session.connection.value.name).toBe("waiting");
    stage.write("yard", message(11, "ben"), false);
    two.session.wake();
    await pass();
    await connect();
    expect(seqs(two).at(-1)).toBe(11);
    expect(yard(one).head).toBe(11);
  });
});

describe("when the tab with the line", () => {
  test.each([
    ["is closed", false],
    ["crashes", true],
  ])("%s, the other has one at once and misses nothing", async (_, crash) => {
    await twoTabs();
    await two.session.open(yard(two));
    const lost = two.session.edit(yard(two), message(9, "ann"), "x");
    const offline = lost.catch((thrown: unknown) => thrown);
    await pass();
    one.tab.close(crash);
    stage.write("yard", message(11, "ben"), false);
    await pass();
    expect(await offline).toMatchObject({ code: "offline" });
    expect(stage.lines).toHaveLength(2);
    await connect();
    expect(stage.line.last("sync").params).toEqual({ epoch: "e1", rooms: { yard: 10 } });
    expect(seqs(two).at(-1)).toBe(11);
    expect(stage.line.last("room.open").params).toEqual({ room_id: "yard" });
  });

  test("is frozen, one that is seen takes the line within two seconds, and the first follows when it is back", async () => {
    await twoTabs();
    one.tab.see(false);
    one.tab.freeze();
    await vi.advanceTimersByTimeAsync(2200);
    await pass();
    expect(stage.lines).toHaveLength(2);
    await connect();
    stage.write("yard", message(11, "ben"));
    await pass();
    expect(yard(two).head).toBe(11);
    one.tab.thaw();
    await pass();
    expect(stage.lines[0]?.closed).toBe(1000);
    expect(one.session.connection.value.name).toBe("online");
    expect(yard(one).head).toBe(11);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(stage.lines).toHaveLength(2);
  });

  test("is well, nobody takes it, seen or not", async () => {
    await twoTabs();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stage.lines).toHaveLength(1);
    expect(stage.line.closed).toBeUndefined();
  });

  test("ends while something waits to be sent, the next sends it, once", async () => {
    await twoTabs();
    stage.line.end();
    await pass();
    two.session.writing.send("yard", text("from two"));
    one.session.writing.send("yard", text("from one"));
    await pass();
    one.tab.close(true);
    await pass();
    await connect();
    expect(stage.line.last("message.send").params["text"]).toBe("from two");
    await take(11);
    expect(stage.line.last("message.send").params["text"]).toBe("from one");
    await take(12);
    expect(two.session.writing.drafts("yard")).toEqual([]);
    expect(shelf.box("ann").drafts.size).toBe(0);
    expect(stage.line.count("message.send")).toBe(2);
  });

  test("sleeps through its time to connect again, one that is seen reminds it", async () => {
    await twoTabs();
    one.tab.see(false);
    // The clocks of a tab that nobody sees are slow: its own one does not come in time.
    const clock = vi.spyOn(globalThis, "setTimeout").mockReturnValue(0 as never);
    stage.line.end();
    clock.mockRestore();
    await vi.advanceTimersByTimeAsync(2000);
    expect(stage.lines).toHaveLength(2);
  });
});

test("only the tab with the line writes to the device; the next writes what that one could not", async () => {
  await twoTabs();
  await vi.advanceTimersByTimeAsync(3000);
  const saves = shelf.saves;
  stage.write("yard", message(11, "ben"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(shelf.saves).toBe(saves + 1);
  stage.write("yard", message(12, "ben"));
  one.tab.close(true);
  await pass();
  await connect();
  await vi.advanceTimersByTimeAsync(1000);
  expect(shelf.box("ann").rooms.get("yard")?.info.head_seq).toBe(12);
});
