import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import type { Log } from "../store/log";
import { t } from "../text";
import type { Entry } from "../wire/types";
import css from "./Message.module.css";
import { nameOf } from "./names";
import { messageText } from "./sentences";

/** The message that this one answers, in one line; pressing it goes there. */
export function Quote({ room, log, entry }: { room: LiveRoom; log: Log; entry: Entry }) {
  const session = useSession();
  const seq = entry.reply_to;
  if (seq === undefined || entry.deleted === true) return null;
  const target = log.get(seq) ?? session.quoted(room, seq);
  return (
    <button
      type="button"
      class={css.quote}
      onClick={() => void session.jumpTo(room, seq).catch(() => undefined)}
    >
      {target !== undefined && (
        <strong>{t("message.reply-to", { name: nameOf(session, target.sender_id) })}</strong>
      )}
      <span>{target === undefined ? t("message.earlier") : messageText(target)}</span>
    </button>
  );
}
