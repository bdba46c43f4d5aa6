import { RoomAvatar } from "../chat/RoomAvatar";
import { roomTitle } from "../chat/names";
import { useSession } from "../session";
import { muted } from "../store/rooms";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { useWork } from "../ui/useWork";
import css from "./Settings.module.css";

/** The rooms that make no sound, to be turned on again. */
export function MutedRooms() {
  const session = useSession();
  const { busy, fault, run } = useWork();
  const rooms = session.rooms.list.value.filter((room) => muted(room.info.value));
  return (
    <section class={css.part}>
      <h2>{t("push.muted")}</h2>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      {rooms.length === 0 && <p class={css.quietly}>{t("push.no-muted")}</p>}
      <ul>
        {rooms.map((room) => {
          const name = roomTitle(session, room);
          return (
            <li key={room.id} class={css.device}>
              <RoomAvatar room={room} />
              <span class={css.words}>{name}</span>
              <Button
                disabled={busy}
                aria-label={t("push.unmute-this", { name })}
                onClick={() => run(() => session.updateRoom(room, { mute: "off" }))}
              >
                {t("push.unmute")}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
