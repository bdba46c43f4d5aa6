import { useState } from "preact/hooks";
import type { RoomChange } from "../../net/api";
import { faultOf } from "../../net/fault";
import { useSession } from "../../session";
import type { LiveRoom } from "../../store/live-room";
import { muted } from "../../store/rooms";
import { t } from "../../text";
import { faultText } from "../../text/faults";
import { Icon, type IconName } from "../../ui/Icon";
import { type Point, pointOf } from "../../ui/Menu";
import { toast } from "../../ui/Toast";
import { MuteMenu } from "../MuteMenu";
import css from "../RoomSheet.module.css";

/** What people come to the panel for most: search, silence, a place on top. */
export function QuickActions({ room, onSearch }: { room: LiveRoom; onSearch: () => void }) {
  const session = useSession();
  const [muting, setMuting] = useState<Point>();
  const info = room.info.value;
  async function change(what: RoomChange): Promise<void> {
    try {
      await session.updateRoom(room, what);
    } catch (thrown) {
      toast(faultText(faultOf(thrown)));
    }
  }
  return (
    <div class={css.quick}>
      <Quick icon="search" onClick={onSearch}>
        {t("about.search")}
      </Quick>
      <Quick
        icon={muted(info) ? "bell" : "mute"}
        on={muted(info)}
        onClick={(e) => (muted(info) ? void change({ mute: "off" }) : setMuting(pointOf(e)))}
      >
        {t(muted(info) ? "room.unmute" : "room.mute")}
      </Quick>
      <Quick
        icon="pin"
        on={info.pinned === true}
        onClick={() => void change({ pinned: info.pinned !== true })}
      >
        {t(info.pinned === true ? "room.unpin" : "room.pin")}
      </Quick>
      {muting !== undefined && <MuteMenu room={room} at={muting} onClose={() => setMuting(undefined)} />}
    </div>
  );
}

interface QuickProps {
  icon: IconName;
  on?: boolean;
  onClick: (e: MouseEvent) => void;
  children: string;
}

function Quick({ icon, on = false, onClick, children }: QuickProps) {
  return (
    <button type="button" data-on={on} onClick={onClick}>
      <Icon name={icon} size={22} />
      <span>{children}</span>
    </button>
  );
}
