import { readFileSync, readdirSync } from "node:fs";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, test, vi } from "vitest";
import { compile, readTexts } from "../../build/texts";
import { faults } from "../wire/faults";
import { type Language, closest, language, languages, speak, t } from ".";
import { bytes, clock, dayNumber, duration, shortTime, yesterday } from "./dates";
import { faultText, waitText } from "./faults";
import { type Values, format } from "./format";
import { listed, row } from "./lists";
import { Fault } from "../net/fault";

// Ten languages take their time on a small machine.
vi.setConfig({ testTimeout: 30_000 });

const files = Object.fromEntries(
  languages.map((l) => [l, readTexts(new URL(`${l}.json`, import.meta.url).pathname)]),
) as Record<Language, Record<string, string>>;
const { en } = files;
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

/** What a text takes: each value by name, and the forms that it has for it. */
function taken(text: string, l: string): { values: string[]; plurals: string[][]; selects: string[] } {
  const values = new Set<string>();
  const plurals: string[][] = [];
  const selects = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    // Literals are 0 and # is 7; everything else is named by the value it takes.
    if ("type" in node && "value" in node && typeof node.value === "string" && node.type !== 0) {
      values.add(node.value);
      const forms = "options" in node ? Object.keys(node.options as object) : [];
      if (node.type === 6) plurals.push(forms);
      if (node.type === 5) selects.add(`${node.value}: ${forms.toSorted().join(" ")}`);
    }
    Object.values(node).forEach(walk);
  };
  walk(new IntlMessageFormat(text, l).getAst());
  return { values: [...values].toSorted(), plurals, selects: [...selects].toSorted() };
}

/** Numbers for which a plural has neither their own form nor that of their kind ("many" begins at a million). */
function uncounted(forms: readonly string[], l: string): number[] {
  const rules = new Intl.PluralRules(l);
  return Array.from({ length: 120 }, (_, n) => n).filter(
    (n) => !forms.includes(`=${n}`) && !forms.includes(rules.select(n)),
  );
}

/** Values for every form of a text. */
function examples(text: string, l: string): Values[] {
  const { values, selects } = taken(text, l);
  const select = selects
    .map((s) => s.split(": "))
    .map(([name = "", forms = ""]) => [name, forms.split(" ")] as const);
  return [0, 1, 2, 5, 1234].flatMap((n) =>
    (select[0]?.[1] ?? [""]).map((form) =>
      Object.fromEntries(
        values.map((v) => [v, v === select[0]?.[0] ? form : text.includes(`{${v}, `) ? n : `<${v}>`]),
      ),
    ),
  );
}

describe("the files of all languages", () => {
  test("have the same texts", () => {
    for (const l of languages) expect(Object.keys(files[l]).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  test("have no text twice, of which one would be lost", () => {
    for (const l of languages) {
      const written = readFileSync(new URL(`${l}.json`, import.meta.url), "utf8").match(/^ {2}"/gm);
      expect(written?.length, l).toBe(Object.keys(files[l]).length);
    }
  });

  test("are in the same order, so that they can be read side by side", () => {
    for (const l of languages) {
      const known = Object.keys(files[l]).filter((key) => key in en);
      expect(known, l).toEqual(Object.keys(en).filter((key) => key in files[l]));
    }
  });

  test("have no empty text, and texts that can be read and take the same values", () => {
    for (const l of languages) {
      for (const [key, text] of Object.entries(files[l])) {
        expect(text, key).not.toBe("");
        const own = taken(text, l);
        const english = taken(en[key] ?? "", "en");
        expect(own.values, `${l} ${key}`).toEqual(english.values);
        expect(own.selects, `${l} ${key}`).toEqual(english.selects);
        for (const forms of own.plurals) {
          expect(uncounted(forms, l), `${l} ${key}`).toEqual([]);
        }
      }
    }
  });

  test("say the same compiled as by the whole library", () => {
    for (const l of languages) {
      for (const [key, text] of Object.entries(files[l])) {
        const compiled = compile(text, l === "ko" ? "en" : l); // the library knows no particles
        if (!/plural|select|number/.test(JSON.stringify(compiled))) continue;
        const whole = new IntlMessageFormat(text, l);
        for (const values of examples(text, l)) {
          expect(format(compiled, values, l), `${l} ${key}`).toBe(String(whole.format({ ...values })));
        }
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
    const asked: [string[], Language][] = [
      [["ko-KR"], "ko"],
      [["pt-BR", "ko"], "ko"],
      [["de-AT", "fr"], "de"],
      [["es-419"], "es"],
      [["zh"], "zh-Hans"],
      [["zh-CN"], "zh-Hans"],
      [["zh-SG"], "zh-Hans"],
      [["zh-TW"], "zh-Hant"],
      [["zh-HK"], "zh-Hant"],
      [["zh-MO"], "zh-Hant"],
      [["zh-Hant-CN"], "zh-Hant"],
      [["yue"], "zh-Hant"],
      [["JA_jp", "th-TH"], "th"],
      [["*", "tr"], "tr"],
      [["pt"], "en"],
      [[], "en"],
    ];
    for (const [tags, l] of asked) expect(closest(tags), tags.join()).toBe(l);
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
    expect(shortTime(new Date(2026, 10, 22).getTime(), now)).toBe("Yesterday");
  });

  test("are said as the language says them", async () => {
    const yesterdays = [
      "어제",
      "Yesterday",
      "昨日",
      "昨天",
      "昨天",
      "Ayer",
      "Gestern",
      "Hier",
      "เมื่อวาน",
      "Dün",
    ];
    for (const [i, l] of languages.entries()) {
      await speak(l);
      expect(yesterday()).toBe(yesterdays[i]);
    }
    await speak("zh-Hant");
    expect(clock(new Date(2026, 2, 1, 15, 7).getTime())).toBe("下午3:07");
    await speak("de");
    expect(clock(new Date(2026, 2, 1, 15, 7).getTime())).toBe("15:07");
  });

  test("tell days apart at midnight", () => {
    const before = new Date(2026, 10, 22, 23, 59, 59).getTime();
    expect(dayNumber(before + 1000) - dayNumber(before)).toBe(1);
    expect(dayNumber(before) - dayNumber(before - 86_000_000)).toBe(0);
  });

  test("and sizes are short", async () => {
    await speak("en");
    expect([0, 65_400, 3_600_000].map(duration)).toEqual(["0:00", "1:05", "60:00"]);
    expect([999, 2_400_000].map(bytes)).toEqual(["999 B", "2.4 MB"]);
    await speak("ko");
    expect([20, 2_400_000].map(bytes)).toEqual(["20B", "2.4MB"]);
    await speak("fr");
    expect(bytes(20)).toBe("20\u202fo");
  });
});

test("names are listed as the language lists them", async () => {
  const names = ["A", "B", "C"];
  const lists: string[][] = [];
  for (const l of ["ko", "en", "ja", "zh-Hans", "de"] as const) {
    await speak(l);
    lists.push([listed(names), row(names)]);
  }
  expect(lists).toEqual([
    ["A, B, C", "A, B, C"],
    ["A, B, and C", "A, B, C"],
    ["A、B、C", "A、B、C"],
    ["A、B和C", "A、B、C"],
    ["A, B und C", "A, B, C"],
  ]);
});
