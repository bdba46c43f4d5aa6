import { useState } from "preact/hooks";
import { useSession } from "../../session";
import type { LiveRoom } from "../../store/live-room";
import { t } from "../../text";
import { faultText } from "../../text/faults";
import { Button } from "../../ui/Button";
import { Sheet } from "../../ui/Sheet";
import { useWork } from "../../ui/useWork";
import type { ID } from "../../wire/types";
import { PeoplePicker } from "../PeoplePicker";
import css from "../RoomSheet.module.css";

/** Brings friends into a group. */
export function InviteSheet({ room, onClose }: { room: LiveRoom; onClose: () => void }) {
  const session = useSession();
  const [chosen, setChosen] = useState<ReadonlySet<ID>>(new Set());
  const { busy, fault, run } = useWork();
  return (
    <Sheet title={t("room.invite")} onClose={onClose}>
      <div class={css.picker}>
        <PeoplePicker chosen={chosen} onChosen={setChosen} without={new Set(room.members.value.keys())} />
      </div>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <Button
        look="main"
        wide
        busy={busy}
        disabled={chosen.size === 0}
        onClick={async () => {
          if (await run(() => session.groups.invite(room, [...chosen]))) onClose();
        }}
      >
        {t("room.invite-these", { n: chosen.size })}
      </Button>
    </Sheet>
  );
}
