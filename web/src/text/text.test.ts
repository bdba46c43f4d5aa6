import { readFileSync, readdirSync } from "node:fs";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, test } from "vitest";
import { faults } from "../wire/faults";
import en from "./en.json";
import { closest, language, languages, speak, t } from ".";
import { bytes, dayNumber, duration, shortTime } from "./dates";
import { faultText, waitText } from "./faults";
import ko from "./ko.json";
import { Fault } from "../net/fault";

const files: Record<string, Record<string, string>> = { ko, en };
const source = new URL("..", import.meta.url).pathname;

/** Every name of a text in the source: the literals in calls of t, and what looks like one elsewhere. */
function used(): { calls: Set<string>; strings: Set<string> } {
  const calls = new Set<string>();
  const strings = new Set<string>();
  for (const name of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(name) || name.includes(".test.")) continue;
    const text = readFileSync(source + name, "utf8");
    for (const call of text.matchAll(/\bt\(\s*"([^"]+)"/g)) calls.add(call[1] ?? "");
    for (const string of text.matchAll(/"([a-z][\w.-]*)"/g)) strings.add(string[1] ?? "");
  }
  return { calls, strings };
}

/** The names of the values that a text takes, wherever they stand in it. */
function valuesOf(text: string, l: string): string[] {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    // Literals are 0 and # is 7; everything else is named by the value it takes.
    if ("type" in node && "value" in node && typeof node.value === "string" && node.type !== 0)
      names.add(node.value);
    Object.values(node).forEach(walk);
  };
  walk(new IntlMessageFormat(text, l).getAst());
  return [...names].toSorted();
}

describe("the files of all languages", () => {
  test("have the same texts", () => {
    for (const l of languages)
      expect(Object.keys(files[l] ?? {}).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  test("are in the same order, so that they can be read side by side", () => {
    expect(Object.keys(ko)).toEqual(Object.keys(en));
  });

  test("have no empty text, and texts that can be read and take the same values", () => {
    for (const [key, text] of Object.entries(en)) {
      for (const l of languages) {
        const other = files[l]?.[key] ?? "";
        expect(other, key).not.toBe("");
        expect(() => new IntlMessageFormat(other, l), `${l} ${key}`).not.toThrow();
        expect(valuesOf(other, l), `${l} ${key}`).toEqual(valuesOf(text, "en"));
      }
    }
  });

  test("have every text that is used, and none that is not", () => {
    const { calls, strings } = used();
    expect([...calls].filter((key) => !(key in en))).toEqual([]);
    const unused = Object.keys(en).filter((key) => !key.startsWith("fault.") && !strings.has(key));
    expect(unused).toEqual([]);
  });

  test("speak of faults that exist", () => {
    const names = Object.keys(en).filter((key) => key.startsWith("fault."));
    const known = new Set<string>([...Object.keys(faults), "offline", "wait"]);
    expect(names.filter((key) => !known.has(key.slice("fault.".length)))).toEqual([]);
  });
});

describe("a text", () => {
  test("changes with the language", async () => {
    await speak("ko");
    expect(language()).toBe("ko");
    expect(t("rooms.unread", { n: 3 })).toBe("읽지 않은 메시지 3개");
    await speak("en");
    expect([1, 3].map((n) => t("rooms.unread", { n }))).toEqual(["1 unread message", "3 unread messages"]);
    expect(t("notice.role", { who: "Ann", whom: "Ben", role: "owner" })).toBe("Ann made Ben the owner.");
  });

  test("is in the closest language that we have", () => {
    expect(closest(["ko-KR"])).toBe("ko");
    expect(closest(["fr", "ko"])).toBe("ko");
    expect(closest(["de-AT", "fr"])).toBe("en");
    expect(closest([])).toBe("en");
  });

  test("of a fault says what to do and how long to wait", async () => {
    await speak("en");
    expect(faultText(new Fault("code_invalid"))).toBe("The code is wrong. Check the latest message.");
    expect(faultText(new Fault("code_limit", "", { retryAfterMs: 90_000 }))).toBe(
      "Too many codes or tries. Time to wait: 1:30.",
    );
    expect(faultText(new Fault("bad_json"))).toBe("Something went wrong. Try again.");
    expect([waitText(3 * 3_600_000), waitText(100 * 3_600_000)]).toEqual(["3 hours", "5 days"]);
  });
});

describe("times", () => {
  test("in lists grow coarser with age", async () => {
    const now = new Date(2026, 10, 23, 15, 0).getTime();
    await speak("ko");
    expect(shortTime(new Date(2026, 10, 23, 9, 5).getTime(), now)).toBe("오전 9:05");
    expect(shortTime(new Date(2026, 10, 22, 23, 59).getTime(), now)).toBe("어제");
    expect(shortTime(new Date(2026, 2, 1).getTime(), now)).toBe("3월 1일");
    expect(shortTime(new Date(2024, 11, 9).getTime(), now)).toBe("2024. 12. 9.");
    await speak("en");
    expect(shortTime(new Date(2026, 2, 1).getTime(), now)).toBe("Mar 1");
  });

  test("tell days apart at midnight", () => {
    const before = new Date(2026, 10, 22, 23, 59, 59).getTime();
    expect(dayNumber(before + 1000) - dayNumber(before)).toBe(1);
    expect(dayNumber(before) - dayNumber(before - 86_000_000)).toBe(0);
  });

  test("and sizes are short", async () => {
    await speak("en");
    expect([0, 65_400, 3_600_000].map(duration)).toEqual(["0:00", "1:05", "60:00"]);
    expect([999, 2_400_000].map(bytes)).toEqual(["999 byte", "2.4 MB"]);
  });
});
