import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import type { Log } from "../store/log";
import { t } from "../text";
import { clock, moment } from "../text/dates";
import { Avatar } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import type { Entry } from "../wire/types";
import { Body } from "./Body";
import css from "./Message.module.css";
import { Reactions } from "./Reactions";
import { nameOf } from "./names";
import { timeOf } from "./rows";
import { messageText } from "./sentences";

interface Props {
  room: LiveRoom;
  log: Log;
  entry: Entry;
  mine: boolean;
  /** First and last of a run. */
  first: boolean;
  last: boolean;
  onChoose: (entry: Entry) => void;
}

/** A message: whose it is, what it says, when, and how many have yet to read it. */
export function Message({ room, log, entry, mine, first, last, onChoose }: Props) {
  const session = useSession();
  const name = nameOf(session, entry.sender_id);
  const photo =
    entry.sender_id === undefined ? undefined : session.people.get(entry.sender_id).value?.photo_id;
  const choose = (): void => onChoose(entry);
  return (
    <article
      class={`${css.message} ${mine ? css.mine : css.theirs} ${first ? css.first : ""}`}
      aria-label={mine ? t("person.me") : name}
    >
      {!mine && first && (
        <span class={css.face}>
          <Avatar id={entry.sender_id ?? ""} name={name} photo={photo} size="s" />
        </span>
      )}
      {!mine && first && (
        <p class={css.name} aria-hidden="true">
          {name}
        </p>
      )}
      <div class={css.beside}>
        {/* The same is offered by the button beside it, which a keyboard reaches. */}
        {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
        <div
          class={entry.deleted === true ? `${css.bubble} ${css.gone}` : css.bubble}
          onContextMenu={(e) => {
            if (entry.deleted === true || String(getSelection()) !== "") return;
            e.preventDefault();
            choose();
          }}
        >
          <Quote log={log} entry={entry} />
          <Body entry={entry} room={room.id} />
        </div>
        <Meta room={room} entry={entry} last={last} />
        {entry.deleted !== true && (
          <button
            type="button"
            class={css.more}
            aria-label={t("message.actions")}
            title={t("message.actions")}
            onClick={choose}
          >
            <Icon name="more" size={18} />
          </button>
        )}
      </div>
      <Reactions room={room} entry={entry} />
    </article>
  );
}

function Meta({ room, entry, last }: { room: LiveRoom; entry: Entry; last: boolean }) {
  const unread = room.unreadBy(entry);
  const at = timeOf(entry);
  return (
    <span class={css.meta}>
      {unread > 0 && (
        <span class={css.unread}>
          <span aria-hidden="true">{unread}</span>
          <span class="unseen">{t("message.unread-by", { n: unread })}</span>
        </span>
      )}
      <span class={css.when}>
        {entry.edited_at !== undefined && (
          <span title={moment(Date.parse(entry.edited_at))}>{t("message.edited")}</span>
        )}
        {last && at > 0 && (
          <time dateTime={entry.created_at} title={moment(at)}>
            {clock(at)}
          </time>
        )}
      </span>
    </span>
  );
}

/** The message that this one answers, in one line. */
function Quote({ log, entry }: { log: Log; entry: Entry }) {
  const session = useSession();
  if (entry.reply_to === undefined || entry.deleted === true) return null;
  const target = log.get(entry.reply_to);
  return (
    <blockquote class={css.quote}>
      {target !== undefined && (
        <strong>{t("message.reply-to", { name: nameOf(session, target.sender_id) })}</strong>
      )}
      <span>{target === undefined ? t("message.earlier") : messageText(target)}</span>
    </blockquote>
  );
}
