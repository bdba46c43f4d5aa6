import type { Mention } from "../wire/types";

/** A piece of a text: plain, a link, or somebody's name. */
export interface Part {
  text: string;
  href?: string;
  user?: string;
}

/** Only these are made links; whatever else looks like an address stays text. */
const link = /https?:\/\/[^\s<>"']+/g;

/** Marks that end a sentence and not an address. */
const tail = /[.,;:!?)\]}'"…。，]+$/;

/** Whether there is an address in the text. */
export function hasLink(text = ""): boolean {
  return text.includes("://") && linked(text).some((part) => part.href !== undefined);
}

/** The pieces of a text, in order. Mentions count UTF-16 units, as strings here do. */
export function partsOf(text: string, mentions: readonly Mention[] = []): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const m of mentions) {
    if (m.offset < from || m.offset + m.length > text.length) continue; // not ours to guess
    parts.push(...linked(text.slice(from, m.offset)));
    parts.push({ text: text.slice(m.offset, m.offset + m.length), user: m.user_id });
    from = m.offset + m.length;
  }
  parts.push(...linked(text.slice(from)));
  return parts;
}

function linked(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(link)) {
    const address = match[0].replace(tail, "");
    if (!URL.canParse(address)) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ text: address, href: address });
    from = match.index + address.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}
