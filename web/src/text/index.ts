import { signal } from "@preact/signals";
import { IntlMessageFormat, type PrimitiveType } from "intl-messageformat";
import type en from "./en.json";

/** The languages that the client has texts in, by BCP 47. */
export const languages = ["ko", "en"] as const;
export type Language = (typeof languages)[number];

/** A text by name. The files of all languages have the same names (text.test.ts). */
export type Key = keyof typeof en;
type Texts = Record<Key, string>;

const files: Record<Language, () => Promise<{ default: Texts }>> = {
  ko: () => import("./ko.json"),
  en: () => import("./en.json"),
};

const texts = signal<Partial<Texts>>({});
const current = signal<Language>("en");
let parsed = new Map<Key, IntlMessageFormat>();

/** The language in use. */
export function language(): Language {
  return current.value;
}

/** Loads a language and shows everything in it. */
export async function speak(next: Language): Promise<void> {
  const file = await files[next]();
  parsed = new Map();
  current.value = next;
  texts.value = file.default;
}

/** Where this browser keeps the language that was chosen on it. */
const kept = "language";

/** Speaks a language that the person chose, now and after a reload, signed in or not. */
export async function choose(next: Language): Promise<void> {
  localStorage.setItem(kept, next);
  await speak(next);
}

/** What this browser would have us speak: its person's choice, else the languages it asks for. */
export function wanted(): Language {
  const chosen = localStorage.getItem(kept);
  return closest(chosen === null ? navigator.languages : [chosen]);
}

/** The language among ours that comes closest to what a person asks for. */
export function closest(tags: readonly string[]): Language {
  for (const tag of tags) {
    const found = languages.find((l) => tag.toLowerCase().split("-")[0] === l);
    if (found !== undefined) return found;
  }
  return "en";
}

/** The text of a name, with its arguments filled in (ICU MessageFormat). */
export function t(key: Key, values?: Record<string, PrimitiveType>): string {
  const text = texts.value[key] ?? "";
  if (values === undefined) return text;
  let format = parsed.get(key);
  if (format === undefined) {
    format = new IntlMessageFormat(text, current.value);
    parsed.set(key, format);
  }
  return String(format.format(values));
}

/** Whether a name made at run time, as of a fault, is one of ours. */
export function isKey(name: string): name is Key {
  return name in texts.value;
}
