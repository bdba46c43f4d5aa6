import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { Confirm } from "../ui/Confirm";

interface Props {
  room: LiveRoom;
  onClose: () => void;
  /** The person is out. */
  onLeft: () => void;
}

/** Asks before leaving: a group cannot be entered again by oneself, a direct room is emptied. */
export function LeaveRoom({ room, onClose, onLeft }: Props) {
  const session = useSession();
  const group = room.info.value.kind === "group";
  return (
    <Confirm
      title={t(group ? "room.leave" : "room.clear")}
      text={t(group ? "room.leave-about" : "room.clear-about")}
      yes={t("room.leave-short")}
      onYes={async () => {
        await session.leaveRoom(room);
        onLeft();
      }}
      onClose={onClose}
    />
  );
}
