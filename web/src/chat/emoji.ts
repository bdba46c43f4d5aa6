import { emoticonName } from "../emoticons/madang";
import type { Entry } from "../wire/types";

/** More emoji than this in a row are read as text. */
const most = 6;

/** One picture of the emoji font: with skin tones, joined to others, a flag, or a key. */
const picture =
  /(?:\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3|\p{Emoji}(?:\p{EMod}|\uFE0F)?(?:\u200D\p{Emoji}(?:\p{EMod}|\uFE0F)?)*(?:[\u{E0020}-\u{E007F}]+)?)/u;
const only = new RegExp(`^(?:${picture.source}\\s*){1,${most}}$`, "u");
/** Digits and © are emoji by their property and text by nature. */
const shown = /\p{Emoji_Presentation}|\uFE0F|\u20E3/u;

/** How many emoji a text consists of; 0 when there is anything else or too many. */
export function emojiOnly(text: string): number {
  // The longest emoji take 14 units, as tag flags do.
  if (text === "" || text.length > most * 14 + most || !only.test(text)) return 0;
  const all = text.match(new RegExp(picture.source, "gu")) ?? [];
  return all.every((e) => shown.test(e)) ? all.length : 0;
}

/** A message that stands without a bubble: an emoticon, or nothing but emoji. */
export function bare(entry: Partial<Entry>): boolean {
  if (entry.deleted === true || entry.reply_to !== undefined || entry.forwarded === true) return false;
  if (entry.type === "emoticon") return emoticonName(entry.emoticon) !== undefined;
  return entry.type === "text" && emojiOnly(entry.text ?? "") > 0;
}
