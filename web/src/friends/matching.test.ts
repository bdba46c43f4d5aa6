import { expect, test } from "vitest";
import { initials, matching } from "./matching";

const people = [
  { name: "김미나", handle: "mina.kim" },
  { name: "박준", phone: "+821012345678" },
  { name: "Emma Wilson", handle: "emma" },
  { name: "하늘", nickname: "회사 값진" },
];
const names = (wanted: string): string[] => matching(people, wanted).map((p) => p.name);

test("friends are found by parts of the name, by handle and by first consonants", () => {
  expect(names("")).toHaveLength(4);
  expect(names("미나")).toEqual(["김미나"]);
  expect(names("ㄱㅁㄴ")).toEqual(["김미나"]);
  expect(names("ㅂ")).toEqual(["박준"]);
  expect(names("WIL")).toEqual(["Emma Wilson"]);
  expect(names("@mina")).toEqual(["김미나"]);
  expect(names("nobody")).toEqual([]);
});

test("friends are found by what their friend calls them", () => {
  expect(names("회사")).toEqual(["하늘"]);
  expect(names("ㅎㅅ")).toEqual(["하늘"]);
});

test("consonants that became one letter while typing are two", () => {
  expect(names("ㄳ")).toEqual([]);
  expect(matching([{ name: "가수" }], "ㄳ")).toHaveLength(1);
});

test("a syllable that is being written finds those it may become", () => {
  expect(names("하느")).toEqual(["하늘"]);
  expect(names("기")).toEqual(["김미나"]);
  expect(names("ㅏ")).toEqual([]);
  expect(names("민")).toEqual(["김미나"]); // on the way to 미나
});

test("what was typed on the other keyboard is found when nothing else is", () => {
  expect(names("gksmf")).toEqual(["하늘"]);
  expect(names("드ㅡㅁ")).toEqual(["Emma Wilson"]);
  expect(names("em")).toEqual(["Emma Wilson"]);
});

test("numbers are found as they are dialled", () => {
  expect(names("010-1234")).toEqual(["박준"]);
  expect(names("5678")).toEqual(["박준"]);
  expect(names("99999")).toEqual([]);
});

test("first consonants of syllables, double ones and what is none", () => {
  expect(initials("뽀로로 마당 A1")).toBe("ㅃㄹㄹ ㅁㄷ A1");
});
