import { maxMentions } from "../wire/limits";
import type { ID, Mention } from "../wire/types";

/** Somebody who can be mentioned. */
export interface Mentioned {
  id: ID;
  name: string;
}

/** A mention that is being written: from the @ at `from` to where the writer is. */
export interface Begun {
  from: number;
  to: number;
  query: string;
}

/** Longer than this it is no name any more. */
const longest = 24;
/** What may follow a name in Korean: particles and ways to address people. */
const particle =
  /^(?:님|씨|군|양|아|야|이|가|은|는|을|를|도|만|의|에게|한테|께|와|과|랑|이랑|으로|로|부터|까지|보다|처럼|네|이가|이는|이를|이도|이야|이의|님이|님은|님을|님도|님의|님께|님과|씨가|씨는|씨를|씨도|씨의)(?![\p{L}\p{N}])/u;
const word = /[\p{L}\p{N}_]/u;
const latin = /[A-Za-z0-9_]$/;

/** The mention that the writer is in the midst of, if any. An address as ann@example.com is none. */
export function begunAt(text: string, caret: number): Begun | undefined {
  const from = caret === 0 ? -1 : text.lastIndexOf("@", caret - 1);
  if (from < 0 || caret - from > longest) return undefined;
  if (from > 0 && latin.test(text.slice(from - 1, from))) return undefined;
  const query = text.slice(from + 1, caret);
  // A name may have a space in it, but does not begin with one.
  if (/^\s|\n|@|\s\S*\s/.test(query)) return undefined;
  return { from, to: caret, query };
}

/**
 * The mentions in a finished text. Who was chosen from the list counts
 * wherever "@name" stands; a name that was written by hand counts when nothing
 * but a particle grows on it.
 */
export function mentionsIn(
  text: string,
  chosen: readonly Mentioned[],
  members: readonly Mentioned[],
): Mention[] {
  const ids = new Set(chosen.map((c) => c.id));
  const candidates = [
    ...chosen.map((c) => ({ ...c, sure: true })),
    ...members.filter((m) => !ids.has(m.id)).map((m) => ({ ...m, sure: false })),
  ]
    .filter((c) => c.name !== "")
    .toSorted((a, b) => b.name.length - a.name.length || Number(b.sure) - Number(a.sure));
  const found: Mention[] = [];
  for (let at = text.indexOf("@"); at >= 0 && found.length < maxMentions; at = text.indexOf("@", at + 1)) {
    if (at > 0 && latin.test(text.slice(at - 1, at))) continue;
    const one = candidates.find((c) => names(text, at + 1, c.name, c.sure));
    if (one !== undefined) found.push({ user_id: one.id, offset: at, length: one.name.length + 1 });
  }
  return found;
}

function names(text: string, at: number, name: string, sure: boolean): boolean {
  if (!text.startsWith(name, at)) return false;
  const rest = text.slice(at + name.length);
  const next = rest.slice(0, 1);
  if (!word.test(next)) return true;
  if (latin.test(name) && latin.test(next)) return false; // @Ann in @Anna
  return sure || latin.test(name) || particle.test(rest);
}
