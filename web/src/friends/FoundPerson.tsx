import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import { calledName } from "../store/people";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { useWork } from "../ui/useWork";
import type { User } from "../wire/types";
import css from "./Add.module.css";
import { type Relation, useRelation } from "./relation";

interface Props {
  user: User;
  /** They became a friend by being looked for. */
  added?: boolean;
  onClose: () => void;
}

/** Somebody who was found, and the way on from there: to add them, or to talk with them. */
export function FoundPerson({ user, added = false, onClose }: Props) {
  const { person, relation } = useRelation(user);
  const [news, setNews] = useState(added);
  return (
    <div class={css.found}>
      <Avatar id={person.id} name={calledName(person)} photo={person.photo_id} />
      <span class={css.words}>
        <strong>{calledName(person)}</strong>
        <span role="status">{wordsOf(relation, news, person.handle)}</span>
      </span>
      <FoundAction user={user} relation={relation} onAdded={() => setNews(true)} onClose={onClose} />
    </div>
  );
}

function wordsOf(relation: Relation, news: boolean, handle: string | undefined): string {
  switch (relation) {
    case "me":
      return t("friends.myself");
    case "friend":
      return t(news ? "friends.now-friend" : "friends.already");
    case "blocked":
      return t("friends.is-blocked");
    default:
      return handle === undefined ? "" : `@${handle}`;
  }
}

interface ActionProps {
  user: User;
  relation: Relation;
  onAdded: () => void;
  onClose: () => void;
}

/** The one thing to do about somebody who was found. */
function FoundAction({ user, relation, onAdded, onClose }: ActionProps) {
  const session = useSession();
  const { route } = useLocation();
  const { busy, fault, run } = useWork();
  const button = useRef<HTMLSpanElement>(null);
  const [added, setAdded] = useState(false);
  // The button that was pressed became another one, which takes the focus over.
  const next = added && !busy && relation === "friend";
  useEffect(() => {
    if (next) button.current?.querySelector("button")?.focus();
  }, [next]);

  async function add(): Promise<void> {
    const done = await run(async () => {
      if (relation === "hidden") await session.friends.mark(user.id, { hidden: false });
      else await session.friends.add(user.id);
    });
    setAdded(done);
    if (done) onAdded();
  }

  async function talk(): Promise<void> {
    await run(async () => {
      const room = await session.createRoom(relation === "me" ? [] : [user.id]);
      onClose();
      route(`/rooms/${room.id}`);
    });
  }

  if (relation === "shown") return null;
  const known = relation === "friend" || relation === "me";
  return (
    <span ref={button} class={css.action}>
      {fault !== undefined && (
        <span class={css.error} role="alert">
          {faultText(fault)}
        </span>
      )}
      {known ? (
        <Button busy={busy} onClick={talk}>
          {t(relation === "me" ? "profile.memo" : "profile.talk")}
        </Button>
      ) : (
        <Button look="main" busy={busy || relation === "unknown"} onClick={add}>
          {t(relation === "blocked" ? "friends.add-unblock" : "friends.add-this")}
        </Button>
      )}
    </span>
  );
}
