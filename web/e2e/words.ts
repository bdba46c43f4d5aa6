import { compileAll, pseudo, readTexts } from "../build/texts";
import { type Text, type Values, format } from "../src/text/format";
import { type Key, type Language, languages } from "../src/text";

/** The pseudo-locale: English made longer and strange. It is made here and nowhere else. */
export type Spoken = Language | "pseudo";

export const allSpoken: readonly Spoken[] = [...languages, "pseudo"];

const folder = new URL("../src/text/", import.meta.url).pathname;

/** All texts of a language as the client has them. */
export function textsOf(spoken: Spoken): Record<string, Text> {
  const english = readTexts(`${folder}en.json`);
  const language = spoken === "pseudo" ? "en" : spoken;
  const texts = compileAll(readTexts(`${folder}${language}.json`), english, language);
  if (spoken !== "pseudo") return texts;
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, pseudo(text)]));
}

/** What the client says in a language, so that a test finds its buttons by their names. */
export type Say = (key: Key, values?: Values) => string;

export function sayer(spoken: Spoken): Say {
  const texts = textsOf(spoken);
  const language = spoken === "pseudo" ? "en" : spoken;
  return (key, values = {}) => format(texts[key] ?? "", values, language);
}
