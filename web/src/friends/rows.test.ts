import { expect, test } from "vitest";
import { Index } from "./groups";
import { foundRows, lettersFrom, rowsByLetter, rowsOf } from "./rows";

const index = new Index("ko");
const people = (...names: string[]) => names.map((name) => ({ id: name, name }));
const none = new Set<never>();

test("a short list has no letters; favourites stand twice", () => {
  const [ga, na] = people("가람", "나래");
  if (ga === undefined || na === undefined) throw new Error("no people");
  const groups = index.group([{ ...na, favourite: true }, ga]);
  expect(rowsOf({ groups, recommended: [], open: none }).map((r) => r.key)).toEqual([
    "me",
    "favourites",
    "favourite 나래",
    "plus",
    "friends",
    "friend 가람",
    "friend 나래",
  ]);
});

test("sections open, and an empty list says so", () => {
  const rows = rowsOf({
    groups: [],
    recommended: people("별"),
    open: new Set(["plus", "recommended"] as const),
  });
  expect(rows.map((r) => r.key)).toEqual(["me", "plus", "no-plus", "recommended", "recommended 별", "none"]);
  expect(foundRows([]).map((r) => r.kind)).toEqual(["no-match"]);
});

test("letters of the index lead to their people, and those of nobody to the next ones", () => {
  const names = Array.from({ length: lettersFrom }, (_, i) => `다람${i}`);
  const groups = index.group(people("가람", "하늘", ...names));
  const rows = rowsOf({ groups, recommended: [], open: none });
  const letters = index.labels(groups);
  const to = rowsByLetter(rows, letters).map((i) => rows[i]?.key);
  expect(to[letters.indexOf("ㄱ")]).toBe("letter ㄱ");
  expect(to[letters.indexOf("ㄴ")]).toBe("letter ㄷ");
  expect(to[letters.indexOf("ㄹ")]).toBe("letter ㅎ");
  expect(to).toHaveLength(letters.length);
});
