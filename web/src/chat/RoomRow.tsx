import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { muted } from "../store/rooms";
import { t } from "../text";
import { shortTime } from "../text/dates";
import { Icon, type IconName } from "../ui/Icon";
import { type Point, pointOf } from "../ui/Menu";
import { RoomAvatar } from "./RoomAvatar";
import css from "./RoomRow.module.css";
import { nameOf, roomTitle } from "./names";
import { messageText } from "./sentences";
import { putBack, useSwipe } from "./useSwipe";

/** What can be done with a room from the list. */
export type RoomAct = "pin" | "read" | "mute" | "leave" | "menu";

interface Props {
  room: LiveRoom;
  open: boolean;
  onAct: (room: LiveRoom, act: RoomAct, at?: Point) => void;
}

/** Two actions of 4.75 rem each. */
const asidePx = 152;

/** A conversation in the list: a tap opens it, pushing it aside shows what can be done, as does the menu. */
export function RoomRow({ room, open, onAct }: Props) {
  const row = useRef<HTMLAnchorElement>(null);
  const { side, handlers } = useSwipe(room.id, row, asidePx);
  const quiet = useComputed(() => muted(room.info.value)).value;
  const act = (what: RoomAct): void => {
    putBack();
    onAct(room, what);
  };
  return (
    <div class={css.item}>
      <div class={`${css.acts} ${css.start}`} inert={side !== "start"}>
        <Act icon="pin" look={css.pin} onClick={() => act("pin")}>
          {t(room.pinned.value ? "room.unpin" : "room.pin-short")}
        </Act>
        <Act icon="check" look={css.read} onClick={() => act("read")}>
          {t("room.mark-read")}
        </Act>
      </div>
      <div class={`${css.acts} ${css.end}`} inert={side !== "end"}>
        <Act icon={quiet ? "bell" : "mute"} look={css.mute} onClick={() => act("mute")}>
          {t(quiet ? "room.unmute" : "room.mute-short")}
        </Act>
        <Act icon="leave" look={css.leave} onClick={() => act("leave")}>
          {t("room.leave-short")}
        </Act>
      </div>
      <a
        ref={row}
        class={css.row}
        href={`/rooms/${room.id}`}
        aria-current={open ? "page" : undefined}
        draggable={false}
        onKeyDown={walk}
        {...handlers}
        onContextMenu={(e) => {
          e.preventDefault();
          onAct(room, "menu", pointOf(e));
        }}
      >
        <RoomAvatar room={room} />
        <Words room={room} open={open} />
        <Side room={room} />
      </a>
      <button
        type="button"
        class={css.more}
        aria-label={t("rooms.actions")}
        aria-haspopup="dialog"
        onClick={(e) => onAct(room, "menu", pointOf(e))}
      >
        <Icon name="more" size={18} />
      </button>
    </div>
  );
}

interface ActProps {
  icon: IconName;
  look: string | undefined;
  onClick: () => void;
  children: string;
}

function Act({ icon, look, onClick, children }: ActProps) {
  return (
    <button type="button" class={`${css.act} ${look}`} onClick={onClick}>
      <Icon name={icon} size={20} />
      <span>{children}</span>
    </button>
  );
}

function Words({ room, open }: { room: LiveRoom; open: boolean }) {
  const session = useSession();
  const quiet = useComputed(() => muted(room.info.value)).value;
  return (
    <span class={css.words}>
      <span class={css.title}>
        <strong>{roomTitle(session, room)}</strong>
        {room.kind.value === "group" && <span class={css.count}>{room.memberCount.value}</span>}
        {room.pinned.value && <Icon name="pin" size={14} />}
        {quiet && <Icon name="mute" size={14} />}
      </span>
      <Preview room={room} open={open} />
    </span>
  );
}

/** What was begun there, else the last message; in groups with who wrote it. */
function Preview({ room, open }: { room: LiveRoom; open: boolean }) {
  const session = useSession();
  const begun = session.begun.in(room.id).value;
  if (begun !== undefined && !open) {
    return (
      <span class={css.preview}>
        <span class={css.begun}>{t("rooms.begun")}</span> {begun.text}
      </span>
    );
  }
  const { kind, last_message: last } = room.info.value;
  let text = t("rooms.nothing-yet");
  if (last !== undefined) text = messageText(last);
  if (last?.sender_id !== undefined && kind === "group") {
    const mine = last.sender_id === session.me.value?.id;
    text = `${mine ? t("person.me") : nameOf(session, last.sender_id)}: ${text}`;
  }
  return <span class={css.preview}>{text}</span>;
}

function Side({ room }: { room: LiveRoom }) {
  const info = room.info.value;
  const at = info.last_message?.created_at;
  const unread = room.unread.value;
  return (
    <span class={css.side}>
      {at !== undefined && <time dateTime={at}>{shortTime(Date.parse(at))}</time>}
      <span class={css.marks}>
        {room.mention.value > info.read_seq && (
          <span class={css.mention}>
            <span aria-hidden="true">@</span>
            <span class="unseen">{t("rooms.mentioned")}</span>
          </span>
        )}
        {unread > 0 && (
          <span class={muted(info) ? css.quiet : css.unread}>
            <span aria-hidden="true">{unread > 999 ? "999+" : unread}</span>
            <span class="unseen">{t("rooms.unread", { n: unread })}</span>
          </span>
        )}
      </span>
    </span>
  );
}

/** Arrow keys lead from row to row. */
function walk(e: KeyboardEvent & { currentTarget: HTMLAnchorElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  const list = e.currentTarget.closest("ul, [role=list]");
  if (step === undefined || list === null) return;
  const rows = [...list.querySelectorAll<HTMLElement>("a[href]")];
  e.preventDefault();
  rows[rows.indexOf(e.currentTarget) + step]?.focus();
}
