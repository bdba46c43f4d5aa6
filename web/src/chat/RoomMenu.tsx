import { useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { muted } from "../store/rooms";
import { t } from "../text";
import { Menu, MenuItem, MenuItems, type Point } from "../ui/Menu";
import { LeaveRoom } from "./LeaveRoom";
import { MuteMenu } from "./MuteMenu";
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
