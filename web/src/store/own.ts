/**
 * What the session that makes a change adds to its own log: it gets the number
 * of the entry as an answer and no copy of it.
 */
import type { Draft } from "../net/outbox";
import type { Sent } from "../net/protocol";
import type { Entry, ID, Mention, Reaction, Time } from "../wire/types";

/** The message that the draft has become. */
export function sentEntry(me: ID, draft: Draft, sent: Sent, memberCount: number): Entry {
  return {
    ...draft.content,
    seq: sent.seq,
    kind: "message",
    sender_id: me,
    client_id: draft.client_id,
    created_at: sent.created_at,
    unread_by: Math.max(0, memberCount - 1),
  };
}

/** The edit that gives the message another text. */
export function editEntry(
  me: ID,
  seq: number,
  target: Entry,
  text: string,
  mentions: Mention[],
  at: Time,
): Entry {
  const { mentions: _, ...rest } = target;
  const edited: Entry = { ...rest, text, edited_at: at, ...(mentions.length === 0 ? {} : { mentions }) };
  return { seq, kind: "edit", sender_id: me, created_at: at, target_seq: target.seq, target: edited };
}

/** The deletion for all. Nothing of the content is left. */
export function deletionEntry(me: ID, seq: number, target: Entry, at: Time): Entry {
  const { seq: n, sender_id, created_at } = target;
  const deleted: Entry = { seq: n, kind: "message", deleted: true, ...defined({ sender_id, created_at }) };
  return { seq, kind: "deletion", sender_id: me, created_at: at, target_seq: n, target: deleted };
}

/** The reaction, or its removal. */
export function reactionEntry(
  me: ID,
  seq: number,
  target: Entry,
  emoji: string,
  removed: boolean,
  at: Time,
): Entry {
  const reactions = removed
    ? without(target.reactions ?? [], emoji, me)
    : withOne(target.reactions ?? [], emoji, me);
  return {
    seq,
    kind: "reaction",
    sender_id: me,
    created_at: at,
    target_seq: target.seq,
    target: { ...target, reactions },
    emoji,
    ...(removed ? { removed } : {}),
  };
}

function withOne(reactions: readonly Reaction[], emoji: string, me: ID): Reaction[] {
  const one = reactions.find((r) => r.emoji === emoji);
  if (one === undefined) return [...reactions, { emoji, count: 1, user_ids: [me] }];
  if (one.user_ids.includes(me)) return [...reactions];
  return reactions.map((r) => (r === one ? { emoji, count: r.count + 1, user_ids: [...r.user_ids, me] } : r));
}

function without(reactions: readonly Reaction[], emoji: string, me: ID): Reaction[] {
  return reactions
    .map((r) =>
      r.emoji === emoji && r.user_ids.includes(me)
        ? { emoji, count: r.count - 1, user_ids: r.user_ids.filter((u) => u !== me) }
        : r,
    )
    .filter((r) => r.count > 0);
}

function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, v]) => v !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
