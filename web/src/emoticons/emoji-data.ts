import type { Language } from "../text";

/** An emoji, its name, other words it is found by, and 1 when it has skin tones. */
export type EmojiItem = [emoji: string, name: string, words: string, toned?: 1];
/** The emoji by group as Unicode orders them; the second group of parts is empty. */
export type EmojiData = readonly (readonly EmojiItem[])[];

// Made by build/emoji.ts.
const files: Record<Language, () => Promise<{ default: EmojiData }>> = {
  ko: () => import("virtual:emoji/ko"),
  en: () => import("virtual:emoji/en"),
  ja: () => import("virtual:emoji/ja"),
  "zh-Hans": () => import("virtual:emoji/zh-Hans"),
  "zh-Hant": () => import("virtual:emoji/zh-Hant"),
  es: () => import("virtual:emoji/es"),
  de: () => import("virtual:emoji/de"),
  fr: () => import("virtual:emoji/fr"),
  th: () => import("virtual:emoji/th"),
  tr: () => import("virtual:emoji/en"),
};

export async function loadEmoji(language: Language): Promise<EmojiData> {
  const file = await files[language]();
  return file.default;
}

/** Skin tones by number; 0 is none. */
export const tones = ["", "🏻", "🏼", "🏽", "🏾", "🏿"] as const;

/** The emoji with a skin tone, if it can have one. */
export function withTone([emoji, , , toned]: EmojiItem, tone: number): string {
  const modifier = tones[tone] ?? "";
  if (toned !== 1 || modifier === "") return emoji;
  const [first = "", ...rest] = emoji;
  return first + modifier + rest.join("").replace(/^\uFE0F/, "");
}

/** Those whose name or other words hold every word that was written. */
export function findEmoji(data: EmojiData, written: string): EmojiItem[] {
  const words = written.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (text: string): boolean => words.every((w) => text.includes(w));
  const all = data.flat().filter(([emoji, name, more]) => found(`${emoji} ${name} ${more}`.toLowerCase()));
  // Those that are called so come before those that only have to do with it.
  const named = (item: EmojiItem): number => (found(item[1].toLowerCase()) ? 0 : 1);
  return all.toSorted((a, b) => named(a) - named(b));
}
