/** A number below n that an id always gives again. */
export function tint(id: string, n: number): number {
  let sum = 0;
  for (const c of id) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) >>> 0;
  return sum % n;
}

const segments = new Intl.Segmenter();

/** The first character as people see it; a Hangul syllable or an emoji is one. */
export function firstLetter(name: string): string {
  for (const { segment } of segments.segment(name.trim())) return segment.toUpperCase();
  return "?";
}
