import { useEffect } from "preact/hooks";
import { useSession } from "../session";
import type { Person } from "../store/people";
import type { ID, User } from "../wire/types";

/** What somebody is to this person. `unknown`: not yet asked; `shown`: nothing can be done about them. */
export type Relation = "me" | "friend" | "hidden" | "blocked" | "stranger" | "unknown" | "shown";

/** Somebody as they are now, and what they are to this person. */
export function useRelation(user: User): { person: Person; relation: Relation } {
  const session = useSession();
  const friend = session.people.friends.value?.find((f) => f.id === user.id);
  const known = session.people.get(user.id).value;
  const aside = session.friends.aside.value;
  const mine = user.id === session.me.value?.id;
  const asks = friend === undefined && !mine && aside === undefined && user.placeholder !== true;
  useEffect(() => {
    if (asks) session.friends.loadAside().catch(() => undefined); // then nothing can be done about them
  }, [asks, session]);
  const hidden = aside?.hidden.get(user.id);
  const person: Person = { ...user, ...known, ...hidden, ...friend };
  return { person, relation: relationOf(person, mine, friend !== undefined, aside) };
}

interface Sets {
  hidden: ReadonlyMap<ID, unknown>;
  blocked: ReadonlySet<ID>;
}

export function relationOf(
  person: Person,
  mine: boolean,
  friend: boolean,
  aside: Sets | undefined,
): Relation {
  if (mine) return "me";
  if (person.placeholder === true) return "shown";
  if (friend) return "friend";
  if (aside?.blocked.has(person.id) === true) return "blocked";
  if (person.deleted === true) return "shown";
  if (aside === undefined) return "unknown";
  return aside.hidden.has(person.id) ? "hidden" : "stranger";
}
