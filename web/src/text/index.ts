import { signal } from "@preact/signals";
import type en from "./en.json";
import { type Text, type Values, format } from "./format";
import { type Language, closest } from "./languages";

export { type Language, closest, languages, ownNames } from "./languages";

/** A text by name. The files of all languages have the same names (text.test.ts). */
export type Key = keyof typeof en;
type Texts = Record<Key, Text>;

// The build has parsed what is in the files (build/texts.ts), so that they are not what their type says.
const files: Record<Language, () => Promise<{ default: object }>> = {
  ko: () => import("./ko.json"),
  en: () => import("./en.json"),
  ja: () => import("./ja.json"),
  "zh-Hans": () => import("./zh-Hans.json"),
  "zh-Hant": () => import("./zh-Hant.json"),
  es: () => import("./es.json"),
  de: () => import("./de.json"),
  fr: () => import("./fr.json"),
  th: () => import("./th.json"),
  tr: () => import("./tr.json"),
};

const texts = signal<Partial<Texts>>({});
const current = signal<Language>("en");

/** The language in use. */
export function language(): Language {
  return current.value;
}

/** Loads a language and shows everything in it. */
export async function speak(next: Language): Promise<void> {
  const file = await files[next]();
  current.value = next;
  texts.value = file.default as Texts;
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

/** The text of a name, with its values filled in (ICU MessageFormat). */
export function t(key: Key, values: Values = {}): string {
  return format(texts.value[key] ?? "", values, current.value);
}

/** Whether a name made at run time, as of a fault, is one of ours. */
export function isKey(name: string): name is Key {
  return name in texts.value;
}
