import { beforeAll, expect, test } from "vitest";
import { type EmojiData, type EmojiItem, findEmoji, loadEmoji, withTone } from "./emoji-data";

let ko: EmojiData;
beforeAll(async () => {
  ko = await loadEmoji("ko");
});

function item(emoji: string): EmojiItem {
  const found = ko.flat().find((e) => e[0] === emoji);
  if (found === undefined) throw new Error(`no ${emoji}`);
  return found;
}

const signs = (written: string): string[] => findEmoji(ko, written).map(([emoji]) => emoji);

test("every language has the same emoji", async () => {
  const en = await loadEmoji("en");
  for (const l of ["ja", "zh-Hans", "zh-Hant", "es", "de", "fr", "th", "tr"] as const) {
    const data = await loadEmoji(l);
    expect(
      data.map((g) => g.length),
      l,
    ).toEqual(en.map((g) => g.length));
  }
  expect(en.flat().length).toBeGreaterThan(1500);
});

test("an emoji is found by its name, by what it has to do with, and by several words", () => {
  expect(signs("딸기")).toEqual(["🍓"]);
  expect(signs("웃는 얼굴")[0]).toBe("😀");
  expect(signs("생일")).toContain("🎂");
  expect(signs("없는것")).toEqual([]);
});

test("a skin tone goes behind the first sign of those that have one", () => {
  expect(withTone(item("👍"), 3)).toBe("👍🏽");
  expect(withTone(item("👍"), 0)).toBe("👍");
  expect(withTone(item("🍓"), 3)).toBe("🍓");
  expect(withTone(item("✌️"), 1)).toBe("✌🏻");
});
