import { useState } from "preact/hooks";
import { useSession } from "../session";
import { maxForwardRooms } from "../store/forward";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Sheet } from "../ui/Sheet";
import { toast } from "../ui/Toast";
import { useWork } from "../ui/useWork";
import type { Entry, ID } from "../wire/types";
import { type Goal, RoomPicker } from "./RoomPicker";
import css from "./RoomSheet.module.css";

interface Props {
  room: LiveRoom;
  entries: readonly Entry[];
  onClose: () => void;
  /** They went out. */
  onDone: () => void;
}

/** Chooses where copies of messages go. */
export default function ForwardSheet({ room, entries, onClose, onDone }: Props) {
  const session = useSession();
  const [chosen, setChosen] = useState<ReadonlyMap<string, Goal>>(new Map());
  const [sent, setSent] = useState(0);
  const { busy, fault, run } = useWork();

  async function send(): Promise<void> {
    const done = await run(async () => {
      const rooms: ID[] = [];
      for (const goal of chosen.values()) {
        const { friend } = goal;
        rooms.push(friend === undefined ? goal.key : (await session.createRoom([friend.id])).id);
      }
      await session.forward(room, entries, rooms, setSent);
    });
    if (!done) return;
    toast(t("forward.done", { n: chosen.size }));
    onDone();
  }

  return (
    <Sheet title={t("forward.title")} onClose={onClose}>
      <div class={css.picker}>
        <RoomPicker chosen={chosen} onChosen={setChosen} most={maxForwardRooms} />
      </div>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <div class={css.foot}>
        <Button look="main" wide busy={busy} disabled={chosen.size === 0} onClick={() => void send()}>
          {busy && entries.length > 1
            ? t("forward.busy", { n: sent, of: entries.length })
            : t("forward.to", { n: chosen.size, most: maxForwardRooms })}
        </Button>
      </div>
    </Sheet>
  );
}
