import { useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { Mute } from "../net/api";
import { faultOf } from "../net/fault";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { muted } from "../store/rooms";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Menu, MenuItem, MenuItems, type Point } from "../ui/Menu";
import { toast } from "../ui/Toast";
import { LeaveRoom } from "./LeaveRoom";
import css from "./RoomMenu.module.css";
import type { RoomAct } from "./RoomRow";
import { roomTitle } from "./names";

interface Props {
  room: LiveRoom;
  /** What was asked for: all of the menu, or one of its parts at once. */
  act: RoomAct;
  at?: Point;
  onAct: (act: RoomAct) => void;
  onClose: () => void;
  onLeft: () => void;
}

/** What can be done with a room in the list. */
export default function RoomMenu({ room, act, at, onAct, onClose, onLeft }: Props) {
  const session = useSession();
  const { route } = useLocation();
  const [part, setPart] = useState(act);
  const info = room.info.value;
  const name = roomTitle(session, room);
  const then = (what: RoomAct) => () => {
    onClose();
    onAct(what);
  };

  if (part === "leave") return <LeaveRoom room={room} onClose={onClose} onLeft={onLeft} />;
  if (part === "mute") return <MuteMenu room={room} at={at} onClose={onClose} />;
  return (
    <Menu label={t("rooms.actions-of", { name })} at={at} onClose={onClose}>
      <p class={css.name}>{name}</p>
      <MenuItems>
        <MenuItem
          icon="rooms"
          onClick={() => {
            onClose();
            route(`/rooms/${room.id}`);
          }}
        >
          {t("room.open")}
        </MenuItem>
        <MenuItem icon="pin" onClick={then("pin")}>
          {t(info.pinned === true ? "room.unpin" : "room.pin")}
        </MenuItem>
        <MenuItem
          icon={muted(info) ? "bell" : "mute"}
          onClick={muted(info) ? then("mute") : () => setPart("mute")}
        >
          {t(muted(info) ? "room.unmute" : "room.mute")}
        </MenuItem>
        {room.unread.value > 0 && (
          <MenuItem icon="check" onClick={then("read")}>
            {t("room.mark-read")}
          </MenuItem>
        )}
        {info.kind !== "memo" && (
          <MenuItem icon="leave" danger onClick={() => setPart("leave")}>
            {t(info.kind === "group" ? "room.leave" : "room.clear")}
          </MenuItem>
        )}
      </MenuItems>
    </Menu>
  );
}

const lengths: readonly Mute[] = ["1h", "8h", "morning", "always"];

/** Asks for how long a room is to be silent. */
export function MuteMenu({
  room,
  at,
  onClose,
}: {
  room: LiveRoom;
  at: Point | undefined;
  onClose: () => void;
}) {
  const session = useSession();
  const names: Record<Mute, string> = {
    "1h": t("mute.1h"),
    "8h": t("mute.8h"),
    morning: t("mute.morning"),
    always: t("mute.always"),
    off: t("room.unmute"),
  };
  async function mute(length: Mute): Promise<void> {
    onClose();
    try {
      await session.updateRoom(room, { mute: length });
      toast(t("mute.done"), {
        label: t("undo"),
        run: () => void session.updateRoom(room, { mute: "off" }).catch(() => undefined),
      });
    } catch (thrown) {
      toast(faultText(faultOf(thrown)));
    }
  }
  return (
    <Menu label={t("room.mute")} at={at} onClose={onClose}>
      <p class={css.name}>{t("room.mute")}</p>
      <MenuItems>
        {lengths.map((length) => (
          <MenuItem
            key={length}
            icon={length === "always" ? "mute" : "clock"}
            onClick={() => void mute(length)}
          >
            {names[length]}
          </MenuItem>
        ))}
      </MenuItems>
    </Menu>
  );
}
