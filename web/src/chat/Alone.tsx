import { useState } from "preact/hooks";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { Button } from "../ui/Button";
import css from "./Alone.module.css";
import { InviteSheet } from "./about/InviteSheet";

/** Says that nobody else is in the group any more, and what to do about that. */
export function Alone({ room }: { room: LiveRoom }) {
  const [inviting, setInviting] = useState(false);
  const { kind, member_count } = room.info.value;
  if (kind !== "group" || member_count > 1) return null;
  return (
    <div class={css.alone}>
      <p>{t("room.alone")}</p>
      <Button look="main" onClick={() => setInviting(true)}>
        {t("room.invite")}
      </Button>
      {inviting && <InviteSheet room={room} onClose={() => setInviting(false)} />}
    </div>
  );
}
