import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useComputed } from "@preact/signals";
import { memo } from "preact/compat";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import type { Log } from "../store/log";
import { t } from "../text";
import type { Entry } from "../wire/types";
import { Arrivals } from "./Arrivals";
import css from "./MessageList.module.css";
import { MessageRow } from "./MessageRow";
import { Pick } from "./Pick";
import { roomTitle } from "./names";
import { rowsOf } from "./rows";
import type { Picked } from "./selection";
import { usePress } from "./usePress";
import { useRoving } from "./useRoving";

interface Props {
  room: LiveRoom;
  log: Log;
  readTo: number | undefined;
  onChoose: (entry: Entry) => void;
  onReply: (entry: Entry) => void;
  /** Several are being selected: these are. */
  picked?: Picked | undefined;
}

/** Closer to an end than this, in pixels, is at the end. */
const nearBottom = 48;
/** Closer to an end of what is loaded than this, in pixels, more is loaded. */
const nearTop = 1500;
const nearEnd = 1500;
const noDrafts = [] as const;

const Row = memo(MessageRow);

/** The messages of a room: only those near the window are in the page. */
export function MessageList({ room, log, readTo, onChoose, onReply, picked }: Props) {
  const session = useSession();
  const me = session.me.value?.id ?? "";
  /** Below a part that was jumped to there is more, which is not the newest yet. */
  const part = room.part.value !== undefined;
  const entries = log.entries.value;
  const drafts = part ? noDrafts : session.writing.drafts(room.id);
  const title = useComputed(() => roomTitle(session, room)).value;
  const rows = rowsOf(entries, drafts, me, readTo);
  const jump = room.jump.value;
  const found = rows.find((r) => r.kind === "message" && r.entry.seq === jump?.seq);
  const scroll = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const atBottom = useRef(!part);
  const [away, setAway] = useState(false);
  const [loading, setLoading] = useState(false);
  const press = usePress((pressed) => {
    const bubble = pressed.closest("[data-bubble]");
    const entry = log.get(Number(bubble?.closest<HTMLElement>("[data-seq]")?.dataset["seq"]));
    return entry === undefined || entry.deleted === true ? undefined : () => onChoose(entry);
  });
  const roving = useRoving({ rows, list, scroll, onChoose, onReply });

  // Positions are kept from the end only in the render in which the beginning changes.
  const first = useRef(log.first);
  const shift = log.first !== first.current;
  useLayoutEffect(() => {
    first.current = log.first;
  });

  const last = rows.at(-1);
  /** When the last message was written that is on its way; what is sent leaves, and moves nobody. */
  const asked = drafts.at(-1)?.at ?? 0;
  const seen = useRef(asked);
  const toBottom = (): void => list.current?.scrollToIndex(rows.length - 1, { align: "end" });

  useLayoutEffect(() => {
    if (found === undefined) return;
    atBottom.current = false;
    list.current?.scrollToIndex(rows.indexOf(found), { align: "center" });
  }, [jump]);
  useLayoutEffect(() => {
    if (found !== undefined) return;
    const unread = rows.findIndex((r) => r.kind === "unread");
    if (unread <= 0) {
      toBottom();
      return;
    }
    atBottom.current = false;
    list.current?.scrollToIndex(unread, { align: "start", offset: -72 });
  }, []);
  useLayoutEffect(() => {
    if (atBottom.current) toBottom();
  }, [last?.key, rows.length]);
  useLayoutEffect(() => {
    if (asked > seen.current) toBottom();
    seen.current = Math.max(seen.current, asked);
  }, [asked]);
  useHeight(scroll, (grown) => {
    if (atBottom.current) toBottom();
    else list.current?.scrollBy(-grown);
  });

  async function older(): Promise<void> {
    if (loading || !log.older) return;
    setLoading(true);
    try {
      await session.older(room);
    } catch {
      // The line is gone; scrolling up again asks again.
    } finally {
      setLoading(false);
    }
  }

  function look(): void {
    const l = list.current;
    const element = scroll.current;
    if (l === null || element === null) return;
    // A window that has just grown is not known to the list yet; what is seen decides.
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    atBottom.current = !part && below <= nearBottom;
    setAway(!atBottom.current);
    if (part && below < nearEnd) void session.newer(room).catch(() => undefined);
    if (l.scrollOffset < nearTop) void older();
  }

  // When there is more than anybody scrolls through, the far end goes, in a render of its own.
  useEffect(() => {
    const l = list.current;
    if (l === null) return;
    const upper = !atBottom.current && l.scrollOffset + l.viewportSize / 2 < l.scrollSize / 2;
    session.bound(room, upper ? "newer" : "older");
    if (!atBottom.current) look(); // what was loaded may be little, with nothing to scroll
  }, [entries]);

  return (
    <div class={css.frame}>
      {/* The arrow keys of the room; what can be pressed in it has its own. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={scroll}
        class={css.scroll}
        role="log"
        aria-live="off"
        aria-busy={loading}
        aria-label={t("room.messages", { title })}
        // One stop for the Tab key; arrows go on from here.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        {...press}
        onKeyDown={roving.onKeyDown}
        onFocusIn={roving.onFocusIn}
      >
        {!log.older && rows.length === 0 && <p class={css.begin}>{t("room.begin")}</p>}
        <Virtualizer
          ref={list}
          scrollRef={scroll}
          shift={shift}
          data={rows}
          keepMounted={roving.active < 0 ? none : [roving.active]}
          onScroll={look}
          onResize={() => {
            if (atBottom.current) toBottom();
          }}
        >
          {(row) => (
            <div
              key={row.key}
              data-row={row.key}
              class={`${row === found ? css.found : ""} ${picked === undefined ? "" : css.picking}`}
            >
              <Row row={row} room={room} log={log} onChoose={onChoose} />
              {picked !== undefined && row.kind === "message" && row.entry.deleted !== true && (
                <Pick entry={row.entry} on={picked.has(row.entry.seq)} onTurn={onChoose} />
              )}
            </div>
          )}
        </Virtualizer>
      </div>
      {loading && <p class={css.loading}>{t("loading")}</p>}
      <Arrivals room={room} away={away || part} onClick={part ? () => session.toNewest(room) : toBottom} />
    </div>
  );
}

const none: number[] = [];

/** Tells by how much an element has grown, as when a keyboard opens or closes or more is written below it. */
function useHeight(ref: { current: HTMLElement | null }, onChange: (grown: number) => void): void {
  const now = useRef(onChange);
  now.current = onChange;
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      const grown = element.clientHeight - height;
      height = element.clientHeight;
      if (grown !== 0) now.current(grown);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}
