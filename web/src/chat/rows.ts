import type { Draft } from "../net/outbox";
import { dayNumber, minuteNumber } from "../text/dates";
import type { Entry, ID } from "../wire/types";

/** One row of an open room. Keys stay the same when a draft becomes a message. */
export type Row =
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: string }
  | { kind: "notice"; key: string; entry: Entry }
  | { kind: "message"; key: string; entry: Entry; mine: boolean; first: boolean; last: boolean }
  | { kind: "draft"; key: string; draft: Draft; first: boolean };

/**
 * The rows of a room: messages in runs, days between them, notices as lines.
 * Messages of one person within one minute are a run: the first shows who it
 * is, the last shows the time. `readTo` puts a line after what had been read
 * when the room was opened.
 */
export function rowsOf(entries: readonly Entry[], drafts: readonly Draft[], me: ID, readTo?: number): Row[] {
  const rows: Row[] = [];
  let day: number | undefined;
  let line = readTo;
  for (const entry of entries) {
    if (entry.kind !== "message" && entry.kind !== "notice") continue;
    if (line !== undefined && entry.seq > line && entry.kind === "message") {
      if (rows.some((r) => r.kind === "message")) rows.push({ kind: "unread", key: "unread" });
      line = undefined;
    }
    const at = timeOf(entry);
    if (dayNumber(at) !== day) {
      day = dayNumber(at);
      // Below the line of unread messages a new day follows; above it, the line belongs to the old one.
      rows.push({ kind: "day", key: `day ${day} ${entry.seq}`, at });
    }
    if (entry.kind === "notice") rows.push({ kind: "notice", key: `${entry.seq}`, entry });
    else pushMessage(rows, entry, me);
  }
  const known = new Set(rows.map((r) => r.key));
  for (const draft of drafts) {
    if (known.has(draft.client_id)) continue;
    const before = rows.at(-1);
    const first = !(before?.kind === "draft" || (before?.kind === "message" && before.mine));
    rows.push({ kind: "draft", key: draft.client_id, draft, first });
  }
  return rows;
}

function pushMessage(rows: Row[], entry: Entry, me: ID): void {
  const mine = entry.sender_id === me;
  const before = rows.at(-1);
  const follows =
    before?.kind === "message" &&
    before.entry.sender_id === entry.sender_id &&
    minuteNumber(timeOf(before.entry)) === minuteNumber(timeOf(entry));
  if (follows) rows[rows.length - 1] = { ...before, last: false };
  const key = mine && entry.client_id !== undefined ? entry.client_id : `${entry.seq}`;
  rows.push({ kind: "message", key, entry, mine, first: !follows, last: true });
}

export function timeOf(entry: Entry): number {
  return entry.created_at === undefined ? 0 : Date.parse(entry.created_at);
}
