import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { muted } from "../store/rooms";
import { t } from "../text";
import { shortTime } from "../text/dates";
import { Empty, Skeleton } from "../ui/Empty";
import { Icon } from "../ui/Icon";
import { Pane } from "../ui/Pane";
import { RoomAvatar } from "./RoomAvatar";
import css from "./RoomList.module.css";
import { nameOf, roomTitle } from "./names";
import { messageText } from "./sentences";

/** The conversations, the latest first. */
export function RoomList({ open }: { open: string | undefined }) {
  const session = useSession();
  const rooms = session.rooms.list.value;
  return (
    <Pane
      title={t("rooms.title")}
      actions={
        <a class="icon-link" href="/rooms/new" aria-label={t("rooms.new")} title={t("rooms.new")}>
          <Icon name="plus" />
        </a>
      }
    >
      {!session.rooms.loaded.value && <Skeleton rows={7} label={t("loading")} />}
      {session.rooms.loaded.value && rooms.length === 0 && (
        <Empty icon="rooms" title={t("rooms.none")} text={t("rooms.none-about")}>
          <a class="link-button" href="/friends">
            {t("rooms.to-friends")}
          </a>
        </Empty>
      )}
      {rooms.length > 0 && (
        <ul aria-label={t("rooms.title")}>
          {rooms.map((room) => (
            <RoomRow key={room.id} room={room} open={room.id === open} />
          ))}
        </ul>
      )}
    </Pane>
  );
}

function RoomRow({ room, open }: { room: LiveRoom; open: boolean }) {
  const session = useSession();
  const info = room.info.value;
  const unread = room.unread.value;
  const last = info.last_message;
  return (
    <li>
      <a class={css.row} href={`/rooms/${room.id}`} aria-current={open ? "page" : undefined}>
        <RoomAvatar room={room} />
        <span class={css.words}>
          <span class={css.title}>
            <strong>{roomTitle(session, room)}</strong>
            {info.kind === "group" && <span class={css.count}>{info.member_count}</span>}
            {info.pinned === true && <Icon name="pin" size={14} />}
            {muted(info) && <Icon name="mute" size={14} />}
          </span>
          <span class={css.preview}>
            {last === undefined ? t("rooms.nothing-yet") : preview(room, session)}
          </span>
        </span>
        <span class={css.side}>
          {last?.created_at !== undefined && (
            <time dateTime={last.created_at}>{shortTime(Date.parse(last.created_at))}</time>
          )}
          {unread > 0 && (
            <span class={muted(info) ? css.quiet : css.unread}>
              <span aria-hidden="true">{unread > 999 ? "999+" : unread}</span>
              <span class="unseen">{t("rooms.unread", { n: unread })}</span>
            </span>
          )}
        </span>
      </a>
    </li>
  );
}

/** The last message; in groups with who wrote it. */
function preview(room: LiveRoom, session: ReturnType<typeof useSession>): string {
  const { kind, last_message: last } = room.info.value;
  if (last === undefined) return "";
  const text = messageText(last);
  if (kind !== "group" || last.sender_id === undefined) return text;
  const who = last.sender_id === session.me.value?.id ? t("person.me") : nameOf(session, last.sender_id);
  return `${who}: ${text}`;
}
