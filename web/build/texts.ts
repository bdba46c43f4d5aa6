// Texts are written in ICU MessageFormat and parsed here, when the client is built, so that no parser
// travels to the browser. What comes out is read by src/text/format.ts.
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type MessageFormatElement, parse } from "@formatjs/icu-messageformat-parser";
import type { Plugin } from "vite";
import type { Part, Text } from "../src/text/format";

type Texts = Record<string, string>;

/** Kinds of elements, as the parser numbers them. */
const literal = 0;
const argument = 1;
const number = 2;
const select = 5;
const plural = 6;
const pound = 7;

/** Korean particles as they are written in ko.json: both forms, one of which will be said. */
const particles = /(을\(를\)|이\(가\)|은\(는\)|와\(과\)|\(으\)로|\(이\)라|\(이\)에요)/;

/** A text as the browser gets it: a string where nothing is to be filled in. */
export function compile(text: string, language: string): Text {
  const parts = partsOf(parse(text), language, "");
  if (parts.length === 0) return "";
  const [first] = parts;
  return parts.length === 1 && typeof first === "string" ? first : parts;
}

function partsOf(elements: readonly MessageFormatElement[], language: string, counted: string): Part[] {
  return elements.flatMap((e): Part[] => {
    switch (e.type as number) {
      case literal:
        return literals((e as { value: string }).value, language);
      case argument:
        return [[(e as { value: string }).value]];
      case pound:
        return [[counted, "number"]];
      case number:
        return [[(e as { value: string }).value, "number", ...numberStyle(e)]];
      case select:
      case plural:
        return [choice(e, language, counted)];
      default:
        throw new Error("only numbers, plurals and selects are filled in; dates and tags are not");
    }
  });
}

/** A literal, with Korean particles taken out of it. */
function literals(text: string, language: string): Part[] {
  if (language !== "ko") return [text];
  return text
    .split(particles)
    .filter((part) => part !== "")
    .map((part): Part => (particles.test(part) ? ["", "particle", part] : part));
}

function numberStyle(e: MessageFormatElement): [] | [Intl.NumberFormatOptions] {
  const { style } = e as { style?: string | { parsedOptions: Intl.NumberFormatOptions } | null };
  if (style === undefined || style === null) return [];
  if (style === "percent") return [{ style }];
  if (typeof style === "string") throw new Error(`numbers have no style ${style}`);
  return [style.parsedOptions];
}

function choice(e: MessageFormatElement, language: string, counted: string): Part {
  const { value, type, options, offset, pluralType } = e as {
    value: string;
    type: number;
    options: Record<string, { value: MessageFormatElement[] }>;
    offset?: number;
    pluralType?: string;
  };
  const isPlural = type === plural;
  if (isPlural && (offset !== 0 || pluralType !== "cardinal")) {
    throw new Error("plurals have no offset, and ordinals are not known");
  }
  const compiled = Object.entries(options).map(([name, option]): [string, Part[]] => [
    name,
    partsOf(option.value, language, isPlural ? value : counted),
  ]);
  return [value, isPlural ? "plural" : "select", Object.fromEntries(compiled)];
}

/** All texts of a language compiled; one that is missing there is English. */
export function compileAll(own: Texts, english: Texts, language: string): Record<string, Text> {
  return Object.fromEntries(
    Object.keys(english).map((key) => {
      try {
        return [key, compile(own[key] ?? english[key] ?? "", language)];
      } catch (error) {
        throw new Error(`${language}.json, ${key}: ${String(error)}`, { cause: error });
      }
    }),
  );
}

/** The names of the values that a text takes, wherever they stand in it. */
export function valuesOf(text: string): string[] {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { type, value } = node as { type?: number; value?: unknown };
    if (typeof value === "string" && type !== literal) names.add(value);
    Object.values(node).forEach(walk);
  };
  walk(parse(text));
  return [...names].toSorted();
}

/** Reads src/text/LANGUAGE.json as it was written. */
export function readTexts(path: string): Texts {
  return JSON.parse(readFileSync(path, "utf8")) as Texts;
}

/** Gives the client its texts compiled. With `pseudo` English comes longer and strange, to see what breaks. */
export function texts(options: { pseudo: boolean }): Plugin {
  return {
    name: "texts",
    enforce: "pre",
    transform(code, id) {
      if (!/\/src\/text\/[\w-]+\.json$/.test(id)) return null;
      const language = basename(id, ".json");
      const en = join(dirname(id), "en.json");
      this.addWatchFile(en);
      const own = JSON.parse(code) as Texts;
      const english = language === "en" ? own : readTexts(en);
      const compiled = compileAll(own, english, language);
      const shown =
        options.pseudo && language === "en"
          ? Object.fromEntries(Object.entries(compiled).map(([key, text]) => [key, pseudo(text)]))
          : compiled;
      return { code: JSON.stringify(shown), map: null };
    },
  };
}

/** Letters with marks above and below, which are also what is cut first where a line is too low. */
const strange: Record<string, string> = {
  a: "å", c: "ç", e: "é", g: "ğ", i: "ï", n: "ñ", o: "ö", s: "ş", u: "ü", y: "ÿ", z: "ž",
  A: "Å", C: "Ç", E: "É", I: "Î", O: "Ö", S: "Š", U: "Ů", Y: "Ý", Z: "Ž",
}; // prettier-ignore

/** A text 40 percent longer, in brackets that show whether its ends are seen. */
export function pseudo(text: Text): Text {
  const parts = typeof text === "string" ? [text] : text;
  return ["[", ...parts.map(pseudoPart), padding(lengthOf(parts)), "]"];
}

function pseudoPart(part: Part): Part {
  if (typeof part === "string") return part.replace(/[a-z]/gi, (c) => strange[c] ?? c);
  if (part[1] !== "plural" && part[1] !== "select") return part;
  const options = Object.entries(part[2]).map(([name, parts]): [string, Part[]] => [
    name,
    parts.map(pseudoPart),
  ]);
  return [part[0], part[1], Object.fromEntries(options)];
}

/** Letters of the longest form; a value counts as five. */
function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => {
    if (typeof part === "string") return sum + part.length;
    if (part[1] !== "plural" && part[1] !== "select") return sum + 5;
    return sum + Math.max(...Object.values(part[2]).map(lengthOf));
  }, 0);
}

/** Words as long as two fifths of a text, so that they break as words do. */
function padding(length: number): string {
  const wanted = Math.max(1, Math.round(length * 0.4) - 2);
  return ` ${"löng wörds ".repeat(Math.ceil(wanted / 11)).slice(0, wanted - 1)}`.trimEnd();
}
