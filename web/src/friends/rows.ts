import type { Person } from "../store/people";
import type { Friend, User } from "../wire/types";
import type { Group } from "./groups";

/** Sections that can be folded. */
export type Fold = "plus" | "recommended";

/** One row of the friend list. */
export type FriendRow =
  | { kind: "me" | "none" | "no-match" | "no-plus"; key: string }
  | { kind: "heading"; key: string; of: "favourites" | "friends"; n: number }
  | { kind: "fold"; key: string; of: Fold; n: number; open: boolean }
  | { kind: "letter"; key: string; label: string }
  | { kind: "friend" | "recommended"; key: string; person: Person };

/** From so many friends on, letters stand between them and the index beside them. */
export const lettersFrom = 20;

interface Known {
  groups: readonly Group<Friend>[];
  recommended: readonly User[];
  open: ReadonlySet<Fold>;
}

/** The whole list: me, favourites, the folded sections, and everybody. */
export function rowsOf({ groups, recommended, open }: Known): FriendRow[] {
  const friends = groups.flatMap((g) => g.people);
  const favourites = friends.filter((f) => f.favourite === true);
  const rows: FriendRow[] = [{ kind: "me", key: "me" }];
  if (favourites.length > 0) {
    rows.push({ kind: "heading", key: "favourites", of: "favourites", n: favourites.length });
    rows.push(...people(favourites, "friend", "favourite"));
  }
  rows.push({ kind: "fold", key: "plus", of: "plus", n: 0, open: open.has("plus") });
  if (open.has("plus")) rows.push({ kind: "no-plus", key: "no-plus" });
  if (recommended.length > 0) {
    const shown = open.has("recommended");
    rows.push({ kind: "fold", key: "recommended", of: "recommended", n: recommended.length, open: shown });
    if (shown) rows.push(...people(recommended, "recommended"));
  }
  if (friends.length === 0) return [...rows, { kind: "none", key: "none" }];
  rows.push({ kind: "heading", key: "friends", of: "friends", n: friends.length });
  for (const { label, people: some } of groups) {
    if (friends.length >= lettersFrom) rows.push({ kind: "letter", key: `letter ${label}`, label });
    rows.push(...people(some, "friend"));
  }
  return rows;
}

/** Only those who were found. */
export function foundRows(found: readonly Person[]): FriendRow[] {
  return found.length === 0 ? [{ kind: "no-match", key: "no-match" }] : people(found, "friend");
}

function people(all: readonly Person[], kind: "friend" | "recommended", section: string = kind): FriendRow[] {
  return all.map((person) => ({ kind, key: `${section} ${person.id}`, person }));
}

/** The row to go to for each letter of the index: that of the letter, or else of the next one that people have. */
export function rowsByLetter(rows: readonly FriendRow[], letters: readonly string[]): number[] {
  const found = new Map(rows.map((row, i) => [row.kind === "letter" ? row.label : "", i]));
  const to: number[] = [];
  let next = rows.length - 1;
  for (const letter of letters.toReversed()) {
    next = found.get(letter) ?? next;
    to.unshift(next);
  }
  return to;
}
