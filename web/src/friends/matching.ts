import type { Person } from "../store/people";

/** First consonants of Hangul syllables, in the order of Unicode (chapter 3.12, L). */
const leads = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"];

/** The first consonants of a name: 마당 gives ㅁㄷ. What is no syllable stays. */
export function initials(text: string): string {
  return Array.from(text, (c) => {
    const n = (c.codePointAt(0) ?? 0) - 0xac00;
    return n >= 0 && n < 11172 ? (leads[Math.floor(n / 588)] ?? c) : c;
  }).join("");
}

/** The people whose name or handle holds what was written; consonants alone find names by their first ones. */
export function matching<T extends Pick<Person, "name" | "nickname" | "handle">>(
  people: readonly T[],
  wanted: string,
): readonly T[] {
  const w = wanted.trim().toLowerCase();
  if (w === "") return people;
  const byInitials = [...w].every((c) => leads.includes(c));
  return people.filter((p) => {
    const name = `${p.nickname ?? ""}\n${p.name}`.toLowerCase();
    return (
      name.includes(w) ||
      p.handle?.includes(w.replace(/^@/, "")) === true ||
      (byInitials && initials(name).includes(w))
    );
  });
}
