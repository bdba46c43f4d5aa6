import { describe, expect, test } from "vitest";
import type { Entry } from "../wire/types";
import { Log } from "./log";

const entry = (seq: number, text = `${seq}`): Entry => ({ seq, kind: "message", type: "text", text });
const page = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => entry(from + i));
const seqs = (log: Log): number[] => log.entries.value.map((e) => e.seq);

describe("a log", () => {
  test("grows at both ends without gaps", () => {
    const log = new Log();
    log.start(page(11, 13), 1);
    expect(log.older).toBe(true);
    log.prepend(page(8, 10), 1);
    log.append(entry(14));
    expect(seqs(log)).toEqual([8, 9, 10, 11, 12, 13, 14]);
    log.prepend(page(1, 7), 1);
    expect(log.older).toBe(false);
    expect(log.get(9)?.text).toBe("9");
  });

  test("takes no page that overlaps twice or leaves a gap, and no entry out of turn", () => {
    const log = new Log();
    log.start(page(11, 13), 1);
    log.prepend(page(8, 12), 1);
    log.prepend(page(2, 4), 1);
    log.append(entry(20));
    log.append(entry(13));
    expect(seqs(log)).toEqual([8, 9, 10, 11, 12, 13]);
  });

  test("ends where the person may see no further", () => {
    const log = new Log();
    log.start(page(11, 13), 11);
    expect(log.older).toBe(false);
  });

  test("shows a message in the state that a later entry brings", () => {
    const log = new Log();
    log.start([{ ...entry(1, "helo"), client_id: "c1" }, entry(2)], 1);
    log.append({ seq: 3, kind: "edit", target_seq: 1, target: entry(1, "hello") });
    expect(log.get(1)).toEqual({ ...entry(1, "hello"), client_id: "c1" });
    log.append({ seq: 4, kind: "deletion", target_seq: 99, target: entry(99) });
    expect(seqs(log)).toEqual([1, 2, 3, 4]);
  });
});
