import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import type { Log } from "../store/log";
import { t } from "../text";
import { fullDay } from "../text/dates";
import { Icon } from "../ui/Icon";
import type { Entry } from "../wire/types";
import { DraftBubble } from "./DraftBubble";
import { Message } from "./Message";
import css from "./MessageList.module.css";
import { nameOf, roomTitle } from "./names";
import { type Row, rowsOf } from "./rows";
import { messageText, noticeText } from "./sentences";

interface Props {
  room: LiveRoom;
  log: Log;
  readTo: number | undefined;
  onChoose: (entry: Entry) => void;
}

/** Closer to an end than this, in pixels, is at the end. */
const nearBottom = 48;
const nearTop = 700;
const nearEnd = 700;

/** The messages of a room: only those near the window are in the page. */
export function MessageList({ room, log, readTo, onChoose }: Props) {
  const session = useSession();
  const me = session.me.value?.id ?? "";
  const rows = rowsOf(log.entries.value, session.drafts(room.id), me, readTo);
  const scroll = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const atBottom = useRef(true);
  const [away, setAway] = useState(false);
  const [loading, setLoading] = useState(false);

  // Positions are kept from the end only in the render that puts older messages in front.
  const first = useRef(log.first);
  const shift = log.first < first.current;
  useLayoutEffect(() => {
    first.current = log.first;
  });

  const last = rows.at(-1);
  const mine = last?.kind === "draft" ? last.key : undefined;
  const toBottom = (): void => list.current?.scrollToIndex(rows.length - 1, { align: "end" });

  const jump = room.jump.value;
  const found = rows.findIndex((r) => r.kind === "message" && r.entry.seq === jump?.seq);
  useLayoutEffect(() => {
    if (found < 0) return;
    atBottom.current = false;
    list.current?.scrollToIndex(found, { align: "center" });
  }, [jump]);
  useLayoutEffect(() => {
    if (found >= 0) return;
    const unread = rows.findIndex((r) => r.kind === "unread");
    if (unread > 0) list.current?.scrollToIndex(unread, { align: "start", offset: -72 });
    else toBottom();
  }, []);
  useLayoutEffect(() => {
    if (atBottom.current) toBottom();
  }, [last?.key, rows.length]);
  useLayoutEffect(() => {
    if (mine !== undefined) toBottom();
  }, [mine]);

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

  /** Below a part that was jumped to there is more, which is not the newest yet. */
  const part = room.part.value !== undefined;

  function look(): void {
    const l = list.current;
    if (l === null) return;
    const below = l.scrollSize - l.scrollOffset - l.viewportSize;
    atBottom.current = !part && below <= nearBottom;
    setAway(!atBottom.current);
    if (part && below < nearEnd) void session.newer(room).catch(() => undefined);
    if (l.scrollOffset < nearTop) void older();
  }

  return (
    <div class={css.frame}>
      <div
        ref={scroll}
        class={css.scroll}
        role="log"
        aria-live="off"
        aria-busy={loading}
        aria-label={t("room.messages", { title: roomTitle(session, room) })}
        // A region that scrolls has to be reached by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        {!log.older && rows.length === 0 && <p class={css.begin}>{t("room.begin")}</p>}
        <Virtualizer
          ref={list}
          scrollRef={scroll}
          shift={shift}
          data={rows}
          onScroll={look}
          onResize={() => {
            if (atBottom.current) toBottom();
          }}
        >
          {(row) => (
            <div key={row.key} class={row === rows[found] ? css.found : ""}>
              <RowView row={row} room={room} log={log} onChoose={onChoose} />
            </div>
          )}
        </Virtualizer>
      </div>
      {loading && <p class={css.loading}>{t("loading")}</p>}
      <Newest
        room={room}
        log={log}
        me={me}
        away={away || part}
        onClick={part ? () => session.toNewest(room) : toBottom}
      />
    </div>
  );
}

interface RowProps {
  row: Row;
  room: LiveRoom;
  log: Log;
  onChoose: (entry: Entry) => void;
}

function RowView({ row, room, log, onChoose }: RowProps) {
  const session = useSession();
  switch (row.kind) {
    case "day":
      return (
        <p class={css.line}>
          <time dateTime={new Date(row.at).toISOString()}>{fullDay(row.at)}</time>
        </p>
      );
    case "unread":
      return <p class={css.unread}>{t("room.read-until")}</p>;
    case "notice":
      return <p class={css.line}>{noticeText(session, row.entry)}</p>;
    case "message":
      return (
        <Message
          room={room}
          log={log}
          entry={row.entry}
          mine={row.mine}
          first={row.first}
          last={row.last}
          onChoose={onChoose}
        />
      );
    case "draft":
      return <DraftBubble draft={row.draft} first={row.first} />;
  }
}

interface NewestProps {
  room: LiveRoom;
  log: Log;
  me: string;
  /** The reader has scrolled up. */
  away: boolean;
  onClick: () => void;
}

/** Tells of messages that arrive while the room is open: aloud, and by a button when they are out of sight. */
function Newest({ room, log, me, away, onClick }: NewestProps) {
  const session = useSession();
  const start = useRef(log.last);
  const [seen, setSeen] = useState(log.last);
  useEffect(() => {
    if (!away) setSeen(log.last);
  }, [away, log.entries.value]);
  const newest = room.info.value.last_message;
  const arrived =
    newest !== undefined && newest.sender_id !== me && newest.seq > start.current ? newest : undefined;
  const words = arrived === undefined ? "" : `${nameOf(session, arrived.sender_id)}: ${messageText(arrived)}`;
  return (
    <>
      <p class="unseen" aria-live="polite">
        {words}
      </p>
      {away && (
        <button type="button" class={css.down} onClick={onClick}>
          {arrived !== undefined && arrived.seq > seen && <span>{words}</span>}
          <Icon name="down" size={20} />
          <span class="unseen">{t("room.to-newest")}</span>
        </button>
      )}
    </>
  );
}
