import { useState } from "preact/hooks";
import { matching } from "../friends/matching";
import { useSession } from "../session";
import { calledName } from "../store/people";
import { t } from "../text";
import { Avatar } from "../ui/Avatar";
import { Search } from "../ui/Search";
import { Sheet } from "../ui/Sheet";
import type { Content } from "../wire/types";
import css from "./SendContact.module.css";

interface Props {
  onSend: (content: Content) => void;
  onClose: () => void;
}

/** Sends the card of a friend, or one's own: a tap on a name sends it. */
export default function SendContact({ onSend, onClose }: Props) {
  const session = useSession();
  const me = session.me.value;
  const friends = session.people.friends.value ?? [];
  const [wanted, setWanted] = useState("");
  const send = (id: string, name: string): void =>
    onSend({ type: "contact", contact: { name, user_id: id } });
  return (
    <Sheet title={t("attach.contact")} onClose={onClose}>
      {friends.length > 0 && <Search label={t("friends.search")} value={wanted} onValue={setWanted} />}
      <ul class={css.people} aria-label={t("attach.contact")}>
        {me !== undefined && wanted === "" && (
          <li>
            <button type="button" onClick={() => send(me.id, me.name)}>
              <Avatar id={me.id} name={me.name} photo={me.photo_id} />
              <span class={css.name}>{me.name}</span>
              <span class={css.mark}>{t("person.me")}</span>
            </button>
          </li>
        )}
        {matching(friends, wanted).map((f) => (
          <li key={f.id}>
            {/* What the reader calls them is the reader's own business. */}
            <button type="button" onClick={() => send(f.id, f.name)}>
              <Avatar id={f.id} name={calledName(f)} photo={f.photo_id} />
              <span class={css.name}>{calledName(f)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
