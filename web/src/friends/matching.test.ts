import { expect, test } from "vitest";
import { initials, matching } from "./matching";

const people = [
  { name: "김미나", handle: "mina.kim" },
  { name: "박준" },
  { name: "Emma Wilson", handle: "emma" },
];
const names = (wanted: string): string[] => matching(people, wanted).map((p) => p.name);

test("friends are found by parts of the name, by handle and by first consonants", () => {
  expect(names("")).toHaveLength(3);
  expect(names("미나")).toEqual(["김미나"]);
  expect(names("ㄱㅁㄴ")).toEqual(["김미나"]);
  expect(names("ㅂ")).toEqual(["박준"]);
  expect(names("WIL")).toEqual(["Emma Wilson"]);
  expect(names("@mina")).toEqual(["김미나"]);
  expect(names("nobody")).toEqual([]);
});

test("first consonants of syllables, double ones and what is none", () => {
  expect(initials("뽀로로 마당 A1")).toBe("ㅃㄹㄹ ㅁㄷ A1");
});
