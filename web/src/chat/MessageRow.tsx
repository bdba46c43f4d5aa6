import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import type { Log } from "../store/log";
import { t } from "../text";
import { fullDay } from "../text/dates";
import type { Entry } from "../wire/types";
import { DraftBubble } from "./DraftBubble";
import { Message } from "./Message";
import css from "./MessageList.module.css";
import type { Row } from "./rows";
import { noticeText } from "./sentences";

interface Props {
  row: Row;
  room: LiveRoom;
  log: Log;
  onChoose: (entry: Entry) => void;
}

/** One row of the room, whatever it is. It is drawn anew only when it is another one. */
export function MessageRow({ row, room, log, onChoose }: Props) {
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
      return (
        <p class={css.line} tabIndex={-1}>
          <span>{noticeText(session, row.entry)}</span>
        </p>
      );
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
