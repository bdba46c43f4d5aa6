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

type MessageRow = Extract<Row, { kind: "message" }>;

/** When something was said: in milliseconds, and the numbers of its local day and minute. */
interface Moment {
  at: number;
  day: number;
  minute: number;
}

/** What was worked out for an entry, which never changes itself; a list is made anew with each message. */
const moments = new WeakMap<Entry, Moment>();
const made = new WeakMap<object, Row>();

/**
 * The rows of a room: messages in runs, days between them, notices as lines.
 * Messages of one person within one minute are a run: the first shows who it
 * is, the last shows the time. `readTo` puts a line after what had been read
 * when the room was opened. A row that did not change is the same object.
 */
export function rowsOf(entries: readonly Entry[], drafts: readonly Draft[], me: ID, readTo?: number): Row[] {
  const rows: Row[] = [];
  let day: number | undefined;
  let line = readTo;
  let said = false;
  for (const entry of entries) {
    if (entry.kind !== "message" && entry.kind !== "notice") continue;
    if (line !== undefined && entry.seq > line && entry.kind === "message") {
      if (said) rows.push({ kind: "unread", key: "unread" });
      line = undefined;
    }
    const moment = momentOf(entry);
    if (moment.day !== day) {
      day = moment.day;
      // Below the line of unread messages a new day follows; above it, the line belongs to the old one.
      rows.push({ kind: "day", key: `day ${day} ${entry.seq}`, at: moment.at });
    }
    if (entry.kind === "notice") {
      rows.push(kept(entry, { kind: "notice", key: `${entry.seq}`, entry }));
    } else {
      pushMessage(rows, entry, me);
      said = true;
    }
  }
  // Only now it is known which message ends a run.
  for (const [i, row] of rows.entries()) if (row.kind === "message") rows[i] = kept(row.entry, row);
  if (drafts.length > 0) pushDrafts(rows, drafts);
  return rows;
}

function pushMessage(rows: Row[], entry: Entry, me: ID): void {
  const mine = entry.sender_id === me;
  const before = rows.at(-1);
  const follows =
    before?.kind === "message" &&
    before.entry.sender_id === entry.sender_id &&
    momentOf(before.entry).minute === momentOf(entry).minute;
  if (follows) before.last = false;
  const key = mine && entry.client_id !== undefined ? entry.client_id : `${entry.seq}`;
  rows.push({ kind: "message", key, entry, mine, first: !follows, last: true });
}

/** The row as it was made before, if it is the same. */
function kept(of: object, row: Row): Row {
  const before = made.get(of);
  if (before !== undefined && same(before, row)) return before;
  made.set(of, row);
  return row;
}

function same(a: Row, b: Row): boolean {
  if (a.kind !== b.kind || a.key !== b.key) return false;
  if (a.kind === "message") {
    const { mine, first, last } = b as MessageRow;
    return a.mine === mine && a.first === first && a.last === last;
  }
  return a.kind !== "draft" || a.first === (b as typeof a).first;
}

function pushDrafts(rows: Row[], drafts: readonly Draft[]): void {
  const known = new Set(rows.map((r) => r.key));
  for (const draft of drafts) {
    if (known.has(draft.client_id)) continue;
    const before = rows.at(-1);
    const first = !(before?.kind === "draft" || (before?.kind === "message" && before.mine));
    rows.push(kept(draft, { kind: "draft", key: draft.client_id, draft, first }));
  }
}

function momentOf(entry: Entry): Moment {
  let moment = moments.get(entry);
  if (moment === undefined) {
    const at = timeOf(entry);
    moment = { at, day: dayNumber(at), minute: minuteNumber(at) };
    moments.set(entry, moment);
  }
  return moment;
}

export function timeOf(entry: Entry): number {
  return entry.created_at === undefined ? 0 : Date.parse(entry.created_at);
}
