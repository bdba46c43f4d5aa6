import { particle } from "./particles";

/** A text of ICU MessageFormat, parsed when the client was built (build/texts.ts). */
export type Text = string | readonly Part[];

/** What stands in it: letters, or the name of a value and how it is said. */
export type Part = string | Named | Choice;

type Named =
  | readonly [value: string, how?: undefined]
  | readonly [value: string, how: "number", options?: Intl.NumberFormatOptions]
  | readonly [value: "", how: "particle", forms: string];

/** One of several forms, by the value. */
export type Choice = readonly [
  value: string,
  how: "plural" | "select",
  options: Readonly<Record<string, readonly Part[]>>,
];

export type Values = Readonly<Record<string, string | number>>;

/** Says a text with its values filled in. */
export function format(text: Text, values: Values, language: string): string {
  return typeof text === "string" ? text : say("", text, values, language);
}

/** What was said before, and after it the parts. */
function say(before: string, parts: readonly Part[], values: Values, language: string): string {
  let said = before;
  for (const part of parts) {
    if (typeof part === "string") said += part;
    else if (part[1] === "particle") said += particle(said, part[2]);
    else if (part[1] === "plural" || part[1] === "select") {
      const value = given(values, part[0]);
      said = say(said, chosen(part, value, language), values, language);
    } else if (part[1] === "number")
      said += numbers(language, part[2]).format(Number(given(values, part[0])));
    else said += given(values, part[0]);
  }
  return said;
}

function chosen([, how, options]: Choice, value: string | number, language: string): readonly Part[] {
  const exact = options[how === "plural" ? `=${value}` : value];
  if (exact !== undefined) return exact;
  const form = how === "plural" ? plurals(language).select(Number(value)) : "other";
  return options[form] ?? options["other"] ?? [];
}

function given(values: Values, name: string): string | number {
  const value = values[name];
  if (value !== undefined) return value;
  // A hole in a sentence is better than a screen that does not come; who writes the screen hears of it.
  if (import.meta.env.DEV) throw new Error(`a text misses its value ${name}`);
  return "";
}

const plural = new Map<string, Intl.PluralRules>();

/** Rules of a language, kept because making them costs more than using them. */
function plurals(language: string): Intl.PluralRules {
  let rules = plural.get(language);
  if (rules === undefined) plural.set(language, (rules = new Intl.PluralRules(language)));
  return rules;
}

const number = new Map<string, Intl.NumberFormat>();

function numbers(language: string, options: Intl.NumberFormatOptions | undefined): Intl.NumberFormat {
  const key = options === undefined ? language : `${language} ${JSON.stringify(options)}`;
  let f = number.get(key);
  if (f === undefined) number.set(key, (f = new Intl.NumberFormat(language, options)));
  return f;
}
