import { useEffect, useRef, useState } from "preact/hooks";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { Icon } from "../ui/Icon";
import type { Entry } from "../wire/types";
import css from "./MessageList.module.css";
import { Announcer } from "./announce";
import { nameOf } from "./names";
import { messageText } from "./sentences";

interface Props {
  room: LiveRoom;
  /** The newest messages are out of sight. */
  away: boolean;
  onClick: () => void;
}

/** Tells of messages that arrive while the room is open: aloud, and by a button when they are out of sight. */
export function Arrivals({ room, away, onClick }: Props) {
  const session = useSession();
  const me = session.me.value?.id;
  const entries = room.log.value?.entries.value;
  const heard = useRef(room.head);
  const [seen, setSeen] = useState(room.head);
  const [words, setWords] = useState("");
  const [announcer] = useState(() => new Announcer(setWords, (n) => t("room.new-messages", { n })));
  const sentence = (e: Entry): string => `${nameOf(session, e.sender_id)}: ${messageText(e)}`;

  useEffect(() => () => announcer.stop(), [announcer]);
  useEffect(() => {
    for (const e of after(entries, heard.current, me)) announcer.add(sentence(e));
    heard.current = Math.max(heard.current, entries?.at(-1)?.seq ?? 0);
  }, [entries]);
  useEffect(() => {
    if (!away) setSeen(room.head);
  }, [away, entries]);

  const missed = away ? after(entries, seen, me) : [];
  const newest = missed.at(-1);
  return (
    <>
      <p class="unseen" aria-live="polite">
        {words}
      </p>
      {away && (
        <button type="button" class={css.down} onClick={onClick}>
          {newest !== undefined && <span class={css.preview}>{sentence(newest)}</span>}
          {missed.length > 0 && (
            <span class={css.count}>
              <span aria-hidden="true">{missed.length > 99 ? "99+" : missed.length}</span>
              <span class="unseen">{t("room.new-messages", { n: missed.length })}</span>
            </span>
          )}
          <Icon name="down" size={20} />
          <span class="unseen">{t("room.to-newest")}</span>
        </button>
      )}
    </>
  );
}

/** Messages of others after a number. */
function after(entries: readonly Entry[] | undefined, seq: number, me: string | undefined): Entry[] {
  const found: Entry[] = [];
  for (let i = (entries?.length ?? 0) - 1; i >= 0; i--) {
    const entry = entries?.[i];
    if (entry === undefined || entry.seq <= seq) break;
    if (entry.kind === "message" && entry.sender_id !== me) found.unshift(entry);
  }
  return found;
}
