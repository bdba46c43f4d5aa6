import type { Person } from "../store/people";
import { jamo, keys, spread } from "./hangul";

type Named = Pick<Person, "name" | "nickname" | "handle" | "phone">;

/**
 * The people whose name, handle or number holds what was written. Consonants
 * alone find names by their first ones, half a syllable finds the whole one,
 * and what nobody is called is read once more as typed on the other keyboard.
 */
export function matching<T extends Named>(people: readonly T[], written: string): readonly T[] {
  const wanted = written.trim().toLowerCase();
  if (wanted === "") return people;
  const tests = testsOf(wanted);
  const found = people.filter((p) => tests.some((test) => test(p, namesOf(p))));
  if (found.length > 0) return found;
  const typed = keys(wanted);
  return typed.length < 2 ? [] : people.filter((p) => keys(namesOf(p)).includes(typed));
}

type Test = (person: Named, names: string) => boolean;

function testsOf(wanted: string): Test[] {
  const tests: Test[] = [
    (_, names) => names.includes(wanted),
    ({ handle }) => handle?.includes(wanted.replace(/^@/, "")) === true,
  ];
  const consonants = spread(wanted);
  if (/^[ㄱ-ㅎ\s]+$/.test(consonants)) tests.push((_, names) => initials(names).includes(consonants));
  // While a syllable is being written: 하느 on the way to 하늘.
  else if (/[가-힣]$/.test(wanted)) tests.push((_, names) => spelled(names).includes(spelled(wanted)));
  const digits = wanted.replace(/[\s()+.-]/g, "");
  if (/^\d{3,}$/.test(digits)) tests.push(({ phone }) => phone?.includes(digits.replace(/^0/, "")) === true);
  return tests;
}

function namesOf({ name, nickname }: Named): string {
  return `${nickname ?? ""}\n${name}`.toLowerCase();
}

/** The first consonants of a name: 마당 gives ㅁㄷ. What is no syllable stays. */
export function initials(text: string): string {
  return Array.from(text, (c) => jamo(c)?.[0] ?? c).join("");
}

/** Syllables as their letters, in front of each a mark, so that none begins inside another. */
function spelled(text: string): string {
  return Array.from(text, (c) => {
    const letters = jamo(c);
    return letters === undefined ? c : `\u0001${letters.map(spread).join("")}`;
  }).join("");
}
