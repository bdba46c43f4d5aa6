import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { Confirm } from "../ui/Confirm";
import type { Entry } from "../wire/types";

interface Props {
  room: LiveRoom;
  entries: readonly Entry[];
  from: "all" | "me";
  onClose: () => void;
  onDone: () => void;
}

/** Asks before messages are deleted: neither way can be undone. */
export default function DeleteMessages({ room, entries, from, onClose, onDone }: Props) {
  const session = useSession();
  return (
    <Confirm
      title={t(from === "all" ? "message.delete-for-all" : "message.delete-for-me")}
      text={t(from === "all" ? "delete.for-all-about" : "delete.for-me-about", { n: entries.length })}
      yes={t("delete.yes")}
      onYes={async () => {
        for (const entry of entries) await session.delete(room, entry, from);
        onDone();
      }}
      onClose={onClose}
    />
  );
}
