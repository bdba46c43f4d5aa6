const leads = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"];
const vowels = [..."ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"];
const tails = ["", ..."ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"];

/** Letters that are written with two keys. */
const pairs: Record<string, string> = {
  ㄳ: "ㄱㅅ",
  ㄵ: "ㄴㅈ",
  ㄶ: "ㄴㅎ",
  ㄺ: "ㄹㄱ",
  ㄻ: "ㄹㅁ",
  ㄼ: "ㄹㅂ",
  ㄽ: "ㄹㅅ",
  ㄾ: "ㄹㅌ",
  ㄿ: "ㄹㅍ",
  ㅀ: "ㄹㅎ",
  ㅄ: "ㅂㅅ",
  ㅘ: "ㅗㅏ",
  ㅙ: "ㅗㅐ",
  ㅚ: "ㅗㅣ",
  ㅝ: "ㅜㅓ",
  ㅞ: "ㅜㅔ",
  ㅟ: "ㅜㅣ",
  ㅢ: "ㅡㅣ",
};

/** The letters of the Korean keyboard (두벌식, KS X 5002) by the Latin ones on the same keys; capitals are with Shift. */
const layout: Record<string, string> = Object.fromEntries(
  [..."rRseEfaqQtTdwWczxvgkoiOjpuPhynbml"].map((key, i) => [
    [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ"][i] ?? "",
    key,
  ]),
);

/** The letters of a syllable (Unicode, chapter 3.12); undefined for what is none. */
export function jamo(c: string): string[] | undefined {
  const n = (c.codePointAt(0) ?? 0) - 0xac00;
  if (n < 0 || n >= 11172) return undefined;
  const letters = [leads[Math.floor(n / 588)], vowels[Math.floor((n % 588) / 28)], tails[n % 28]];
  return letters.filter((l): l is string => l !== undefined && l !== "");
}

/** Pairs of letters as single ones: two consonants that were typed one after the other may have become one. */
export function spread(text: string): string {
  return Array.from(text, (c) => pairs[c] ?? c).join("");
}

/** The Latin letters on the keys that a text is typed with: 하늘 gives gksmf. */
export function keys(text: string): string {
  return Array.from(spread(Array.from(text, (c) => jamo(c)?.join("") ?? c).join("")), (c) => layout[c] ?? c)
    .join("")
    .toLowerCase();
}
