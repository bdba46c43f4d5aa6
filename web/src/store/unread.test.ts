import { describe, expect, test } from "vitest";
import { Marks } from "./unread";

const member = (user_id: string, joined_seq: number, read_seq: number) => ({ user_id, joined_seq, read_seq });

describe("how many have yet to read a message", () => {
  const marks = new Marks([member("ann", 1, 5), member("ben", 1, 8), member("cat", 7, 0)]);

  test("counts present members below its number, without its sender", () => {
    expect(marks.unreadBy(10, "ann")).toBe(2);
    expect(marks.unreadBy(8, "ann")).toBe(1); // ben has read it, cat has not
    expect(marks.unreadBy(8, "cat")).toBe(1); // ann
    expect(marks.unreadBy(6, "ben")).toBe(1); // ann; cat came later
    expect(marks.unreadBy(5, "ben")).toBe(0);
  });

  test("counts a sender who has left as nobody", () => {
    expect(marks.unreadBy(10, "gone")).toBe(3);
    expect(marks.unreadBy(10, undefined)).toBe(3);
  });

  test("falls as people read, and never rises again", () => {
    const later = marks.read("cat", 10).read("ann", 10);
    expect(later.unreadBy(10, "ben")).toBe(0);
    expect(later.read("ann", 3).unreadBy(10, "ben")).toBe(0);
    expect(later.read("stranger", 10)).toBe(later);
    expect(marks.unreadBy(10, "ben")).toBe(2); // the earlier marks stand
  });

  test("speakers of an imported conversation read nothing", () => {
    const imported = new Marks([member("me", 0, 0), { ...member("kim", 0, 0), placeholder: true }]);
    expect(imported.unreadBy(3, "kim")).toBe(1);
  });

  test("an older list of members takes nothing back", () => {
    const merged = marks.read("ann", 9).merge([member("ann", 1, 5), member("dan", 8, 0)]);
    expect(merged.unreadBy(9, "dan")).toBe(0); // ann stays at 9, ben and cat are gone
    expect(merged.unreadBy(10, "ann")).toBe(1);
  });

  test("agrees with a plain count over many rooms", () => {
    let seed = 7;
    const next = (n: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % n;
    };
    for (let round = 0; round < 200; round++) {
      const members = Array.from({ length: 1 + next(12) }, (_, i) => member(`u${i}`, next(20), next(40)));
      let marked = new Marks(members);
      for (let i = 0; i < 5; i++) {
        const m = members[next(members.length)];
        if (m === undefined) continue;
        m.read_seq = Math.max(m.read_seq, next(40));
        marked = marked.read(m.user_id, m.read_seq);
      }
      const seq = 1 + next(40);
      const sender = `u${next(14)}`;
      const plain = members.filter(
        (m) => m.user_id !== sender && m.joined_seq < seq && m.read_seq < seq,
      ).length;
      expect(marked.unreadBy(seq, sender)).toBe(plain);
    }
  });
});
