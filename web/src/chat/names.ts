import type { LiveRoom } from "../store/live-room";
import { type Person, calledName } from "../store/people";
import type { Session } from "../store/session";
import { t } from "../text";
import { row } from "../text/lists";
import type { ID } from "../wire/types";

/** So many names stand for a group that has no title. */
const namesInTitle = 4;

/** Somebody's name, as far as it is known. */
export function nameOf(session: Session, id: ID | undefined): string {
  if (id === undefined) return t("person.unknown");
  const person = session.people.get(id).value;
  if (person === undefined) return t("person.unknown");
  if (person.deleted === true || person.name === "") return t("person.gone");
  return calledName(person);
}

/** The members besides the reader, as far as the room tells them. */
export function others(session: Session, room: LiveRoom): Person[] {
  const me = session.me.value?.id;
  return room.firstMembers.value
    .filter((m) => m.user_id !== me)
    .map((m) => {
      const photo_id = session.people.get(m.user_id).value?.photo_id;
      return {
        id: m.user_id,
        name: nameOf(session, m.user_id),
        ...(photo_id === undefined ? {} : { photo_id }),
      };
    });
}

/** What the room is called for the reader. */
export function roomTitle(session: Session, room: LiveRoom): string {
  const kind = room.kind.value;
  const title = room.title.value;
  if (title !== undefined && title !== "") return title;
  if (kind === "memo") return t("room.memo");
  const people = others(session, room);
  if (people.length === 0) return t(kind === "direct" ? "person.gone" : "room.empty-group");
  const names = people.slice(0, namesInTitle).map((p) => p.name);
  const rest = room.memberCount.value - 1 - names.length;
  const list = row(names);
  return rest > 0 && kind === "group" ? t("room.and-more", { names: list, n: rest }) : list;
}
