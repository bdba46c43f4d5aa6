import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import type { Person } from "../store/people";
import { Avatar, GroupAvatar } from "../ui/Avatar";
import { others, roomTitle } from "./names";

/** The picture of a room: of the other person, or of the group. */
export function RoomAvatar({ room }: { room: LiveRoom }) {
  const session = useSession();
  const kind = room.kind.value;
  const people = others(session, room);
  if (kind === "group" && people.length > 1) return <GroupAvatar people={people} />;
  const me = session.me.value;
  const one: Person = (kind === "memo" ? me : people[0]) ?? { id: room.id, name: roomTitle(session, room) };
  return <Avatar id={one.id} name={one.name} photo={one.photo_id} />;
}
