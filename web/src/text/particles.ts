/** How the end of a word sounds, which decides the particle after it. */
type End = "vowel" | "rieul" | "consonant";

/** Both forms of each particle: after a consonant, after a vowel. */
const forms: Record<string, readonly [string, string]> = {
  "을(를)": ["을", "를"],
  "이(가)": ["이", "가"],
  "은(는)": ["은", "는"],
  "와(과)": ["과", "와"],
  "(으)로": ["으로", "로"],
  "(이)라": ["이라", "라"],
  "(이)에요": ["이에요", "예요"],
};

/**
 * The Korean particle that follows what was said before, such as 을 or 를 of 을(를). Where nobody can know
 * how a word is read (emoji alone, Chinese characters, other scripts) both forms stay, as is the custom.
 */
export function particle(before: string, written: string): string {
  const both = forms[written];
  const end = endOf(before);
  if (both === undefined || end === undefined) return written;
  // ㄹ takes 로, though it is a consonant: 서울로.
  const closed = end === "consonant" || (end === "rieul" && written !== "(으)로");
  return closed ? both[0] : both[1];
}

/** How the last letter or digit sounds; closing quotes, emoji and marks after it are silent. */
function endOf(text: string): End | undefined {
  const word = /[\p{L}\p{N}]+(?=[^\p{L}\p{N}]*$)/u.exec(text)?.[0].normalize("NFC");
  const last = word?.at(-1);
  if (word === undefined || last === undefined) return undefined;
  if (/[가-힣]/.test(last)) return endOfSyllable(last);
  if (/[ㄱ-ㅎ]/.test(last)) return last === "ㄹ" ? "rieul" : "consonant"; // 기역, 니은, 리을 …
  if (/[ㅏ-ㅣ]/.test(last)) return "vowel";
  if (/[0-9]/.test(last)) return endOfDigit(last);
  if (/[\p{Script=Hiragana}\p{Script=Katakana}ー]/u.test(last)) {
    return /[んンっッ]/.test(last) ? "consonant" : "vowel";
  }
  if (/\p{Script=Latin}/u.test(last)) return endOfLatin(word);
  return undefined;
}

/** Syllables stand in Unicode by lead, vowel and final: 28 finals, none first, ㄹ the eighth (chapter 3.12). */
function endOfSyllable(syllable: string): End {
  const final = ((syllable.codePointAt(0) ?? 0) - 0xac00) % 28;
  if (final === 0) return "vowel";
  return final === 8 ? "rieul" : "consonant";
}

/** 영 일 이 삼 사 오 육 칠 팔 구; tens, hundreds and thousands end like 영 in a consonant: 십 백 천 만. */
function endOfDigit(digit: string): End {
  if ("178".includes(digit)) return "rieul";
  return "036".includes(digit) ? "consonant" : "vowel";
}

/**
 * Names in Latin letters as they are mostly read in Korean: Tom 톰, Jack 잭, Anne 앤, Michael 마이클, but Mark
 * 마크, David 데이비드. In capitals they are spelled: KBS 케이비에스.
 */
function endOfLatin(word: string): End {
  const plain = word.normalize("NFD").replace(/\p{M}/gu, "");
  const latin = /[A-Za-z]+$/.exec(plain)?.[0] ?? "";
  if (latin === latin.toUpperCase()) {
    if (/[LR]$/.test(latin)) return "rieul"; // 엘, 알
    return /[MN]$/.test(latin) ? "consonant" : "vowel"; // 엠, 엔
  }
  const w = latin.toLowerCase();
  if (/le?$/.test(w)) return "rieul"; // Daniel, Kyle
  if (/(m|n|ng|[aeiouy][mn]e|nne|mme)$/.test(w)) return "consonant";
  return /(ck|[aeiouy](c|k|p|b|tt?))$/.test(w) ? "consonant" : "vowel";
}
