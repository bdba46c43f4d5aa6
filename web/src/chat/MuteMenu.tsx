import type { Mute } from "../net/api";
import { faultOf } from "../net/fault";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Menu, MenuItem, MenuItems, type Point } from "../ui/Menu";
import { toast } from "../ui/Toast";
import css from "./RoomMenu.module.css";

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
