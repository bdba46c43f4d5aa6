import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import { t } from "../text";
import { calledName } from "../store/people";
import { faultText } from "../text/faults";
import { readable } from "../sign-in/countries";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { Sheet } from "../ui/Sheet";
import { useWork } from "../ui/useWork";
import type { User } from "../wire/types";
import css from "./Friends.module.css";

/** Somebody's profile and what can be done from it. */
export function ProfileSheet({ user, onClose }: { user: User; onClose: () => void }) {
  const session = useSession();
  const { route } = useLocation();
  const { busy, fault, run } = useWork();
  const friend = session.people.friends.value?.find((f) => f.id === user.id);
  const name = calledName(friend ?? user);
  const mine = user.id === session.me.value?.id;

  async function talk(): Promise<void> {
    await run(async () => {
      const room = await session.createRoom(mine ? [] : [user.id]);
      onClose();
      route(`/rooms/${room.id}`);
    });
  }

  return (
    <Sheet title={name} bare onClose={onClose}>
      <div class={css.profile}>
        <Avatar id={user.id} name={name} size="xl" />
        <h3>{name}</h3>
        {name !== user.name && <p>{user.name}</p>}
        {user.handle !== undefined && <p>@{user.handle}</p>}
        {friend?.phone !== undefined && <p>{readable(friend.phone)}</p>}
        {user.status_message !== undefined && <p>{user.status_message}</p>}
        <div class={css.does}>
          {fault !== undefined && (
            <p class={css.error} role="alert">
              {faultText(fault)}
            </p>
          )}
          {user.placeholder !== true && (
            <Button look="main" wide busy={busy} onClick={talk}>
              {t(mine ? "profile.memo" : "profile.talk")}
            </Button>
          )}
          {friend !== undefined && (
            <div class={css.pair}>
              <Button
                disabled={busy}
                aria-pressed={friend.favourite === true}
                onClick={() =>
                  run(() => session.friends.mark(user.id, { favourite: friend.favourite !== true }))
                }
              >
                {t(friend.favourite === true ? "profile.unfavourite" : "profile.favourite")}
              </Button>
              <Button
                look="danger"
                disabled={busy}
                onClick={async () => {
                  if (await run(() => session.friends.remove(user.id))) onClose();
                }}
              >
                {t("profile.remove")}
              </Button>
            </div>
          )}
          {friend === undefined && !mine && user.placeholder !== true && user.deleted !== true && (
            <Button wide disabled={busy} onClick={() => run(() => session.friends.add(user.id))}>
              {t("friends.add-this")}
            </Button>
          )}
        </div>
      </div>
    </Sheet>
  );
}
