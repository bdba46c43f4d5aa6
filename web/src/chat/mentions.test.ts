import { describe, expect, test } from "vitest";
import { begunAt, mentionsIn } from "./mentions";

const mina = { id: "1", name: "김미나" };
const mi = { id: "2", name: "김미" };
const ann = { id: "3", name: "Ann" };
const long = { id: "4", name: "Ann Lee" };
const members = [mina, mi, ann, long];

/** The parts of a text that mention somebody, as "name:id". */
function seen(text: string, chosen = [] as typeof members): string[] {
  return mentionsIn(text, chosen, members).map(
    (m) => `${text.slice(m.offset, m.offset + m.length)}:${m.user_id}`,
  );
}

describe("a mention that is being written", () => {
  test.each([
    ["@", "", 0],
    ["@김", "김", 0],
    ["그런데 @ㄱㅁ", "ㄱㅁ", 4],
    ["그런데@미", "미", 3],
    ["hi @Ann L", "Ann L", 3],
  ])("is found in %s", (text, query, from) => {
    expect(begunAt(text, text.length)).toEqual({ from, to: text.length, query });
  });

  test.each(["", "안녕", "ann@example", "@ 김", "@김\n미", "@Ann is so nice", "@@x".slice(0, 1) + " "])(
    "is none in %s",
    (text) => expect(begunAt(text, text.length)).toBeUndefined(),
  );

  test("is the one where the writer is", () => {
    expect(begunAt("@김 안녕", 2)).toEqual({ from: 0, to: 2, query: "김" });
    expect(begunAt("@김 안녕", 0)).toBeUndefined();
  });
});

describe("the mentions of a text", () => {
  test("take names with particles on them, and the longest name", () => {
    expect(seen("@김미나님 안녕")).toEqual(["@김미나:1"]);
    expect(seen("@김미가 왔어, @김미나도")).toEqual(["@김미:2", "@김미나:1"]);
    expect(seen("어제@김미나한테 줬어")).toEqual(["@김미나:1"]);
    expect(seen("@Ann Lee와 @Ann은")).toEqual(["@Ann Lee:4", "@Ann:3"]);
  });

  test("leave out what only begins like a name, and addresses", () => {
    expect(seen("@Anna, mail ann@Ann.example")).toEqual([]);
    expect(seen("@김미소")).toEqual([]);
  });

  test("trust what was chosen, whatever grows on it", () => {
    expect(seen("@김미소식 들었어?", [mi])).toEqual(["@김미:2"]);
  });

  test("tell people of one name apart by who was chosen", () => {
    const other = { id: "9", name: "김미나" };
    expect(mentionsIn("@김미나", [other], [mina, other])).toEqual([{ user_id: "9", offset: 0, length: 4 }]);
  });
});
