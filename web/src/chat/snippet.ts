import { initials } from "../friends/matching";

/** A piece of a text, which may be what was looked for. */
export interface Piece {
  text: string;
  /** Where in the whole text it begins. */
  at: number;
  hit: boolean;
}

/** So much of a text stands before the first hit. */
const before = 16;
const consonants = /^[ㄱ-ㅎ]+$/;

/**
 * A text in one line from a little before what was looked for, with the hits
 * marked. The server finds more than is marked here, such as words typed with
 * the wrong keyboard: then the text stands from its beginning.
 */
export function snippet(text: string, wanted: string): Piece[] {
  const line = text.replace(/\s+/g, " ").trim();
  const hits = hitsOf(line, wanted);
  const first = hits[0]?.[0] ?? 0;
  const from = first > before * 2 ? first - before : 0;
  const pieces: Piece[] = [];
  let at = from;
  for (const [start, end] of hits) {
    if (start < at) continue;
    if (start > at) pieces.push({ text: line.slice(at, start), at, hit: false });
    pieces.push({ text: line.slice(start, end), at: start, hit: true });
    at = end;
  }
  if (at < line.length) pieces.push({ text: line.slice(at), at, hit: false });
  if (from > 0) pieces.unshift({ text: "…", at: 0, hit: false });
  return pieces;
}

/** Where the words that were looked for stand in the text, in order. */
export function hitsOf(text: string, wanted: string): [number, number][] {
  const hits: [number, number][] = [];
  const lower = text.toLowerCase();
  // Outside the basic plane the consonants would not stand where the syllables do.
  const leads = initials(text);
  for (const word of wanted.toLowerCase().replace(/"/g, " ").split(/\s+/)) {
    if (word === "") continue;
    const places = consonants.test(word) && leads.length === text.length ? leads : lower;
    if (places.length !== text.length) continue;
    for (let i = places.indexOf(word); i >= 0; i = places.indexOf(word, i + word.length)) {
      hits.push([i, i + word.length]);
    }
  }
  return hits.toSorted((a, b) => a[0] - b[0]);
}
