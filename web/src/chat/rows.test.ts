import { describe, expect, test } from "vitest";
import type { Entry } from "../wire/types";
import { type Row, rowsOf } from "./rows";

/** A message of somebody at a local time, as "09:15:30" of day 23. */
function said(seq: number, sender_id: string, time: string, day = 23): Entry {
  const created_at = new Date(`2026-11-${day}T${time}`).toISOString();
  return { seq, kind: "message", sender_id, created_at, type: "text", text: `${seq}`, client_id: `c${seq}` };
}

/** What is seen of a row: who, whether it begins and ends a run. */
function seen(rows: Row[]): string[] {
  return rows.map((r) => {
    if (r.kind === "message")
      return `${r.first ? "<" : ""}${r.entry.seq}${r.last ? ">" : ""}${r.mine ? " mine" : ""}`;
    if (r.kind === "draft") return `${r.first ? "<" : ""}draft ${r.key}`;
    return r.kind;
  });
}

/** A message on its way. */
const draft = (client_id: string) => ({
  room_id: "r",
  client_id,
  content: { type: "text" as const, text: "" },
  at: 0,
});

describe("the rows of a room", () => {
  test("put messages of one person within one minute into a run", () => {
    const entries = [
      said(1, "ben", "09:00:01"),
      said(2, "ben", "09:00:59"),
      said(3, "ben", "09:01:00"),
      said(4, "ann", "09:01:10"),
      said(5, "ben", "09:01:20"),
    ];
    expect(seen(rowsOf(entries, [], "ann"))).toEqual(["day", "<1", "2>", "<3>", "<4> mine", "<5>"]);
  });

  test("begin each day with a line, and a run does not cross it", () => {
    const entries = [said(1, "ben", "23:59:59", 22), said(2, "ben", "00:00:00", 23)];
    expect(seen(rowsOf(entries, [], "ann"))).toEqual(["day", "<1>", "day", "<2>"]);
  });

  test("show notices as lines and nothing of what only changes others", () => {
    const at = said(0, "", "09:00:00").created_at;
    const entries: Entry[] = [
      { seq: 1, kind: "notice", sender_id: "ben", created_at: at, notice: { event: "created" } },
      said(2, "ben", "09:00:00"),
      { seq: 3, kind: "reaction", sender_id: "ann", created_at: at, target_seq: 2, emoji: "👍" },
      { seq: 4, kind: "hidden" },
      said(5, "ben", "09:00:10"),
    ];
    expect(seen(rowsOf(entries, [], "ann"))).toEqual(["day", "notice", "<2", "5>"]);
  });

  test("have a line after what was read when the room was opened", () => {
    const entries = [said(1, "ben", "09:00:00"), said(2, "ben", "09:00:10"), said(3, "ben", "09:00:20")];
    expect(seen(rowsOf(entries, [], "ann", 1))).toEqual(["day", "<1>", "unread", "<2", "3>"]);
    expect(seen(rowsOf(entries, [], "ann", 0))).toEqual(["day", "<1", "2", "3>"]); // nothing was read here
    expect(seen(rowsOf(entries, [], "ann", 3))).toEqual(["day", "<1", "2", "3>"]);
  });

  test("end with what is on its way, under keys that stay", () => {
    const before = rowsOf([said(1, "ann", "09:00:00")], [draft("c2"), draft("c3")], "ann");
    expect(seen(before)).toEqual(["day", "<1> mine", "draft c2", "draft c3"]);
    const after = rowsOf(
      [said(1, "ann", "09:00:00"), said(2, "ann", "09:00:05")],
      [draft("c2"), draft("c3")],
      "ann",
    );
    expect(after.map((r) => r.key)).toEqual(before.map((r) => r.key));
  });

  test("are the same objects as before where nothing changed", () => {
    const entries = [
      said(1, "ben", "09:00:00"),
      said(2, "ben", "09:00:10", 24),
      said(3, "ben", "09:00:20", 24),
    ];
    const before = rowsOf(entries, [], "ann");
    const after = rowsOf([...entries, said(4, "ben", "09:00:30", 24)], [], "ann");
    expect(after[1]).toBe(before[1]);
    expect(after[3]).toBe(before[3]);
    expect(after[4]).not.toBe(before[4]); // it does not end the run any more
    expect(seen(before)).toEqual(["day", "<1>", "day", "<2", "3>"]);
    expect(seen(after)).toEqual(["day", "<1>", "day", "<2", "3", "4>"]);
  });
});
