import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import type { Log } from "../store/log";
import { t } from "../text";
import { clock, moment } from "../text/dates";
import { Avatar } from "../ui/Avatar";
import type { Entry } from "../wire/types";
import { Body } from "./Body";
import css from "./Message.module.css";
import { Quote } from "./Quote";
import { Reactions } from "./Reactions";
import { bare } from "./emoji";
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
  const gone = entry.deleted === true;
  return (
    <article
      class={`${css.message} ${mine ? css.mine : css.theirs} ${first ? css.first : ""}`}
      aria-label={label(mine ? t("person.me") : name, entry)}
      data-seq={entry.seq}
      tabIndex={-1}
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
        {/* What presses on it do is told by the list. */}
        <div data-bubble class={`${bare(entry) ? css.bare : css.bubble} ${gone ? css.gone : ""}`}>
          {entry.reply_to !== undefined && <Quote room={room} log={log} entry={entry} />}
          <Body entry={entry} room={room.id} />
        </div>
        <Meta room={room} entry={entry} last={last} />
        {!gone && (
          <button
            type="button"
            class={css.more}
            aria-label={t("message.actions")}
            tabIndex={-1}
            onClick={() => onChoose(entry)}
          />
        )}
      </div>
      {entry.reactions !== undefined && <Reactions room={room} entry={entry} />}
    </article>
  );
}

/** What is heard when the message gets the focus. */
function label(who: string, entry: Entry): string {
  const at = timeOf(entry);
  return `${who}: ${messageText(entry)}${at > 0 ? `, ${clock(at)}` : ""}`;
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
      {entry.edited_at !== undefined && (
        <span title={moment(Date.parse(entry.edited_at))}>{t("message.edited")}</span>
      )}
      {last && at > 0 && (
        // The whole date is made when somebody asks for it: formatting one costs more than all the rest.
        <time
          dateTime={entry.created_at}
          onPointerEnter={(e) => {
            e.currentTarget.title = moment(at);
          }}
        >
          {clock(at)}
        </time>
      )}
    </span>
  );
}
