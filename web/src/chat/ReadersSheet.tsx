import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { Avatar } from "../ui/Avatar";
import { Sheet } from "../ui/Sheet";
import type { Entry, Member } from "../wire/types";
import css from "./RoomSheet.module.css";
import { nameOf } from "./names";

/** Who has read a message, and who has not yet. */
export default function ReadersSheet({
  room,
  entry,
  onClose,
}: {
  room: LiveRoom;
  entry: Entry;
  onClose: () => void;
}) {
  const me = useSession().me.value?.id;
  const marks = room.marks.value;
  const people = [...room.members.value.values()].filter(
    (m) =>
      m.user_id !== me && m.user_id !== entry.sender_id && m.placeholder !== true && m.joined_seq < entry.seq,
  );
  const read = people.filter((m) => marks.hasRead(m.user_id, entry.seq));
  const unread = people.filter((m) => !marks.hasRead(m.user_id, entry.seq));
  return (
    <Sheet title={t("readers.title")} onClose={onClose}>
      <People title={t("readers.read", { n: read.length })} people={read} />
      <People title={t("readers.unread", { n: unread.length })} people={unread} />
    </Sheet>
  );
}

function People({ title, people }: { title: string; people: readonly Member[] }) {
  const session = useSession();
  if (people.length === 0) return null;
  return (
    <section>
      <h3 class={css.heading}>{title}</h3>
      <ul>
        {people.map((m) => {
          const name = nameOf(session, m.user_id);
          return (
            <li key={m.user_id} class={css.member}>
              <Avatar id={m.user_id} name={name} photo={m.photo_id} size="s" />
              <span>{name}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
