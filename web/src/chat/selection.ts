import type { Session } from "../store/session";
import type { Entry } from "../wire/types";
import { nameOf } from "./names";
import { messageText } from "./sentences";

/** Messages that somebody has selected, by their number. */
export type Picked = ReadonlyMap<number, Entry>;

/** No more than so many can be selected. */
export const maxPicked = 100;

/** With the message added, or without it when it was there. */
export function turned(picked: Picked, entry: Entry): Picked {
  const next = new Map(picked);
  if (!next.delete(entry.seq) && entry.deleted !== true && next.size < maxPicked) next.set(entry.seq, entry);
  return next;
}

/** The messages as they were written, oldest first. */
export function inOrder(picked: Picked): Entry[] {
  return [...picked.values()].toSorted((a, b) => a.seq - b.seq);
}

/** The messages as text: one alone is what it says, several have their writers. */
export function copied(session: Session, entries: readonly Entry[]): string {
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) return messageText(only);
  return entries.map((e) => `${nameOf(session, e.sender_id)}: ${messageText(e)}`).join("\n");
}
