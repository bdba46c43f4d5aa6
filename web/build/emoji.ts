// The emoji with their names and what they are found by, in each language: made small from the data of
// emoji-picker-element when the client is built, as modules "virtual:emoji/ko" and so on.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Plugin } from "vite";
import type { EmojiData, EmojiItem } from "../src/emoticons/emoji-data";

interface Source {
  emoji: string;
  annotation: string;
  tags?: string[];
  group?: number;
  order: number;
  version: number;
  skins?: { emoji: string; tone: number | number[] }[];
}

const prefix = "virtual:emoji/";
/** Newer ones than Unicode's version 15 are boxes on too many devices. */
const newest = 15;
/** Parts of emoji, which nobody writes by themselves. */
const components = 2;
const groups = 10;
/** A sign that is a picture anyway, told to be one. Phones write it without that. */
const needless = /^(\p{Emoji_Presentation})\uFE0F$/u;

/** The languages of the data; what has none is found by its English names. */
const folders: Record<string, string> = {
  ko: "ko/cldr",
  en: "en/cldr",
  ja: "ja/cldr",
  "zh-Hans": "zh/cldr",
  "zh-Hant": "zh-hant/cldr",
  es: "es/cldr",
  de: "de/cldr",
  fr: "fr/cldr",
  th: "th/cldr",
};

export function emoji(): Plugin {
  const find = createRequire(import.meta.url);
  return {
    name: "emoji",
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const folder = folders[id.slice(prefix.length + 1)] ?? "en/cldr";
      const path = find.resolve(`emoji-picker-element-data/${folder}/data.json`);
      const data = compact(JSON.parse(readFileSync(path, "utf8")) as Source[]);
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(data))});`;
    },
  };
}

/** The emoji by group, in the order of Unicode. */
export function compact(all: readonly Source[]): EmojiData {
  const data: EmojiItem[][] = Array.from({ length: groups }, () => []);
  for (const e of all.toSorted((a, b) => a.order - b.order)) {
    if (e.group === undefined || e.group === components || e.version > newest) continue;
    const words = (e.tags ?? []).filter((tag) => !e.annotation.includes(tag)).join(" ");
    const sign = e.emoji.replace(needless, "$1");
    data[e.group]?.push(toned(e) ? [sign, e.annotation, words, 1] : [sign, e.annotation, words]);
  }
  return data;
}

/** Whether its skin tones are written by one modifier behind its first sign. */
function toned({ emoji: plain, skins = [] }: Source): boolean {
  const [first = "", ...rest] = plain;
  const one = skins.find((s) => s.tone === 1);
  const tail = rest.join("").replace(/^\uFE0F/, "");
  return one !== undefined && one.emoji === `${first}\u{1F3FB}${tail}`;
}
