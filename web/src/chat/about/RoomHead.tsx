import { useState } from "preact/hooks";
import { useSession } from "../../session";
import type { LiveRoom } from "../../store/live-room";
import { t } from "../../text";
import { faultText } from "../../text/faults";
import { Button, IconButton } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { useWork } from "../../ui/useWork";
import { RoomAvatar } from "../RoomAvatar";
import { roomTitle } from "../names";
import css from "../RoomSheet.module.css";

/** What the room is called; of a group, whoever may gives it another name here. */
export function RoomHead({ room }: { room: LiveRoom }) {
  const session = useSession();
  const [renaming, setRenaming] = useState(false);
  const { kind, role, member_count } = room.info.value;
  const may = kind === "group" && (role === "owner" || role === "admin");
  if (renaming) return <Rename room={room} onClose={() => setRenaming(false)} />;
  return (
    <div class={css.top}>
      <RoomAvatar room={room} />
      <div class={css.words}>
        <h3>{roomTitle(session, room)}</h3>
        {kind === "group" && <p>{t("room.members", { n: member_count })}</p>}
      </div>
      {may && <IconButton icon="edit" label={t("about.rename")} onClick={() => setRenaming(true)} />}
    </div>
  );
}

function Rename({ room, onClose }: { room: LiveRoom; onClose: () => void }) {
  const session = useSession();
  const [title, setTitle] = useState(room.info.peek().title ?? "");
  const { busy, fault, run } = useWork();
  return (
    <form
      class={css.rename}
      onSubmit={(e) => {
        e.preventDefault();
        void run(() => session.updateRoom(room, { title: title.trim() })).then((done) => done && onClose());
      }}
    >
      <Field
        label={t("room.title")}
        name="title"
        value={title}
        onValue={setTitle}
        error={fault && faultText(fault)}
      />
      <div class={css.pair}>
        <Button wide onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button
          wide
          look="main"
          type="submit"
          busy={busy}
          disabled={title.trim() === "" || title.trim() === room.info.value.title}
        >
          {t("save")}
        </Button>
      </div>
    </form>
  );
}
