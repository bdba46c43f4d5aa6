import { calledName, type Person } from "../store/people";

/** People under one letter of the index. */
export interface Group<T> {
  label: string;
  people: T[];
}

type Script = "hangul" | "kana" | "han" | "latin" | "thai" | "other" | "none";

const kanaRows = ["あいうえお", "かきくけこ", "さしすせそ", "たちつてと", "なにぬねの", "はひふへほ", "まみむめも", "やゆよ", "らりるれろ", "わゐゑをん"]; // prettier-ignore
const consonants = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ";
const latin = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** First consonants of syllables in the order of Unicode; double ones stand with the single one, as in an index. */
const leads = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ";
/** Consonants that stand alone (U+3131 to U+314E), where pairs go with the first of the two. */
const alone = "ㄱㄱㄱㄴㄴㄴㄷㄷㄹㄹㄹㄹㄹㄹㄹㄹㅁㅂㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ";

/** Latin letters that a language counts as letters of their own (CLDR, index exemplars). */
const ownLetters: Record<string, string> = { es: "Ñ", tr: "ÇĞİÖŞÜ" };

/** Whose names come first in a language; all other scripts follow in this order. */
const firstScripts: Record<string, Script[]> = {
  ko: ["hangul"],
  ja: ["kana", "han"],
  "zh-Hans": ["latin"], // by pinyin, together with names that are written in Latin letters
  "zh-Hant": ["han"],
  th: ["thai"],
};
const allScripts: Script[] = ["latin", "hangul", "kana", "han", "thai", "other", "none"];

/** Where names that begin with no letter stand. */
export const noLetter = "#";

/** Index sorts people and gives them letters as the readers of one language expect. */
export class Index {
  readonly language: string;
  readonly #order: Intl.Collator;
  readonly #ranks: Map<Script, number>;
  readonly #alphabet: string;

  constructor(language: string) {
    this.language = language;
    this.#order = new Intl.Collator(language);
    const first = firstScripts[language] ?? ["latin"];
    this.#ranks = new Map([...first, ...allScripts.filter((s) => !first.includes(s))].map((s, i) => [s, i]));
    const own = ownLetters[language] ?? "";
    this.#alphabet = [...latin, ...own].toSorted(this.#order.compare).join("");
  }

  /** The letters that the index of this language always has, beside those of people. */
  get letters(): string[] {
    switch (this.language) {
      case "ko":
        return [...consonants];
      case "ja":
        return kanaRows.map((row) => row[0] ?? "");
      case "zh-Hant":
      case "th":
        return []; // too many to show those that nobody has
      default:
        return [...this.#alphabet];
    }
  }

  /** People in the order of the language, under their letters. */
  group<T extends Pick<Person, "name" | "nickname">>(people: readonly T[]): Group<T>[] {
    const placed = people.map((person) => {
      const name = calledName(person).trim();
      return { person, name, ...this.#place(name) };
    });
    placed.sort((a, b) => a.rank - b.rank || a.at - b.at || this.#order.compare(a.name, b.name));
    const groups: Group<T>[] = [];
    for (const { person, label } of placed) {
      const last = groups.at(-1);
      if (last?.label === label) last.people.push(person);
      else groups.push({ label, people: [person] });
    }
    return groups;
  }

  /** The letters of the index: those of the language, and after them those that only people have. */
  labels(groups: readonly Group<unknown>[]): string[] {
    const letters = this.letters;
    const more = groups.map((g) => g.label).filter((l) => !letters.includes(l));
    return [...letters, ...more];
  }

  /** The letter of a name, with the rank of its script and its place among the letters of that. */
  #place(name: string): { rank: number; at: number; label: string } {
    const first = /^[\p{L}\p{M}]+/u.exec(name.normalize("NFC"))?.[0] ?? "";
    let script = scriptOf(first);
    const [label, at] = this.#label(first, script);
    if (script === "han" && this.language === "zh-Hans") script = "latin";
    return { rank: this.#ranks.get(script) ?? 0, at, label };
  }

  #label(word: string, script: Script): [label: string, at: number] {
    const c = [...word][0] ?? "";
    switch (script) {
      case "hangul": {
        const code = c.charCodeAt(0);
        const label = code >= 0xac00 ? leads[Math.floor((code - 0xac00) / 588)] : alone[code - 0x3131];
        return [label ?? "ㅎ", consonants.indexOf(label ?? "ㅎ")];
      }
      case "kana": {
        const row = kanaRows.findIndex((r) => r.includes(plainKana(c)));
        return [kanaRows[row]?.[0] ?? "わ", row === -1 ? kanaRows.length : row];
      }
      case "latin": {
        const label = this.#latin(c);
        return [label, this.#alphabet.indexOf(label)];
      }
      case "thai": {
        // A vowel that is written in front is spoken, and sorted, after its consonant.
        const consonant = /[ก-ฮ]/.exec(word)?.[0] ?? c;
        return [consonant, consonant.charCodeAt(0)];
      }
      case "han":
        return this.#han(c);
      case "other": {
        const upper = c.toLocaleUpperCase(this.language);
        return [upper, upper.codePointAt(0) ?? 0];
      }
      default:
        return [noLetter, 0];
    }
  }

  #latin(c: string): string {
    const upper = [...c.toLocaleUpperCase(this.language)][0] ?? "";
    if (this.#alphabet.includes(upper)) return upper;
    const plain = upper.normalize("NFD")[0] ?? "";
    if (latin.includes(plain)) return plain;
    return [...this.#alphabet].findLast((l) => this.#order.compare(l, upper) <= 0) ?? "A"; // as Ł, Ø, Æ
  }

  /**
   * Pinyin letters and numbers of strokes come from marks that the collations of
   * CLDR hold for this: U+FDD0 with the letter, or with U+2800 plus the number,
   * sorts before the first character of its section (UTS #35, part 5, 2.5.4).
   */
  #han(c: string): [string, number] {
    if (this.language === "zh-Hans") {
      const letter = [...latin].findLast((l) => this.#order.compare(`\uFDD0${l}`, c) <= 0) ?? "Z";
      return [letter, this.#alphabet.indexOf(letter)];
    }
    if (this.language === "zh-Hant") {
      const n = strokes.findLast((s) => this.#order.compare(`\uFDD0${String.fromCharCode(0x2800 + s)}`, c) <= 0); // prettier-ignore
      if (n !== undefined) return [`${n}劃`, n];
    }
    return ["漢", 0];
  }
}

const strokes = Array.from({ length: 48 }, (_, i) => i + 1);

function scriptOf(word: string): Script {
  if (word === "") return "none";
  if (/^[가-힣ㄱ-ㅎ]/.test(word)) return "hangul";
  if (/^[\p{sc=Hiragana}\p{sc=Katakana}]/u.test(word)) return "kana";
  if (/^\p{sc=Han}/u.test(word)) return "han";
  if (/^\p{sc=Latin}/u.test(word)) return "latin";
  if (/^\p{sc=Thai}/u.test(word)) return "thai";
  return "other";
}

/** Hiragana without marks, of whatever kana: ガ gives か. */
function plainKana(c: string): string {
  const plain = c.normalize("NFKD")[0] ?? "";
  const code = plain.charCodeAt(0);
  const hiragana = code >= 0x30a1 && code <= 0x30f6 ? String.fromCharCode(code - 0x60) : plain;
  const small = "ぁぃぅぇぉっゃゅょゎゕゖ".indexOf(hiragana);
  return small === -1 ? hiragana : ("あいうえおつやゆよわかけ"[small] ?? hiragana);
}
