import { useEffect, useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { type Person, calledName } from "../store/people";
import { readable } from "../sign-in/countries";
import { Avatar } from "../ui/Avatar";
import { Button, IconButton } from "../ui/Button";
import { Empty, Skeleton } from "../ui/Empty";
import { Icon } from "../ui/Icon";
import { Pane } from "../ui/Pane";
import { Search } from "../ui/Search";
import type { User } from "../wire/types";
import { AddFriend } from "./AddFriend";
import css from "./Friends.module.css";
import { ProfileSheet } from "./ProfileSheet";
import { matching } from "./matching";

/** The friend list, with the person themselves on top. */
export function FriendsScreen() {
  const session = useSession();
  const friends = session.people.friends.value;
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<User>();
  const [wanted, setWanted] = useState("");
  const me = session.me.value;
  const found = matching(friends ?? [], wanted);
  const favourites = found.filter((f) => f.favourite === true);
  return (
    <Pane
      title={t("friends.title")}
      actions={<IconButton icon="person" label={t("friends.add")} onClick={() => setAdding(true)} />}
    >
      {(friends?.length ?? 0) > 8 && (
        <Search label={t("friends.search")} value={wanted} onValue={setWanted} />
      )}
      {me !== undefined && wanted === "" && (
        <a class={css.me} href="/settings">
          <Avatar id={me.id} name={me.name} size="l" />
          <span class={css.words}>
            <strong>{me.name}</strong>
            <span class={css.status}>{me.status_message ?? readable(me.phone)}</span>
          </span>
        </a>
      )}
      {friends === undefined && <Skeleton rows={6} label={t("loading")} />}
      {friends?.length === 0 && (
        <Empty icon="friends" title={t("friends.none")} text={t("friends.none-about")}>
          <Button look="main" onClick={() => setAdding(true)}>
            {t("friends.add")}
          </Button>
        </Empty>
      )}
      <Section title={t("friends.favourites")} friends={favourites} onChoose={setShown} />
      <Section title={t("friends.count", { n: found.length })} friends={found} onChoose={setShown} />
      {friends !== undefined && friends.length > 0 && found.length === 0 && (
        <p class={css.nothing}>{t("friends.no-match")}</p>
      )}
      <Recommended onChoose={setShown} />
      {adding && <AddFriend onClose={() => setAdding(false)} />}
      {shown !== undefined && <ProfileSheet user={shown} onClose={() => setShown(undefined)} />}
    </Pane>
  );
}

interface SectionProps {
  title: string;
  friends: readonly Person[];
  onChoose: (user: User) => void;
}

function Section({ title, friends, onChoose }: SectionProps) {
  if (friends.length === 0) return null;
  return (
    <section>
      <h2 class={css.heading}>{title}</h2>
      <ul>
        {friends.map((f) => (
          <li key={f.id}>
            <button type="button" class={css.row} onClick={() => onChoose(f)}>
              <Avatar id={f.id} name={calledName(f)} />
              <span class={css.words}>
                <span class={css.name}>{calledName(f)}</span>
                {f.status_message !== undefined && <span class={css.status}>{f.status_message}</span>}
              </span>
              {f.favourite === true && <Icon name="star" size={16} />}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** People who have this person's number; they may want to be found. */
function Recommended({ onChoose }: { onChoose: (user: User) => void }) {
  const session = useSession();
  const [users, setUsers] = useState<readonly User[]>([]);
  const friends = session.people.friends.value;
  useEffect(() => {
    session.api.recommendations().then(setUsers, () => setUsers([]));
  }, [session, friends]);
  return <Section title={t("friends.recommended")} friends={users} onChoose={onChoose} />;
}
