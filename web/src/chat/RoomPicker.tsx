import { useState } from "preact/hooks";
import { matching } from "../friends/matching";
import { useSession } from "../session";
import { calledName } from "../store/people";
import type { Session } from "../store/session";
import { t } from "../text";
import { Avatar } from "../ui/Avatar";
import { Search } from "../ui/Search";
import type { Friend, ID } from "../wire/types";
import type { LiveRoom } from "../store/live-room";
import css from "./PeoplePicker.module.css";
import { RoomAvatar } from "./RoomAvatar";
import { others, roomTitle } from "./names";

/** A room, or a friend with whom there is none yet; the key tells them apart. */
export interface Goal {
  key: string;
  name: string;
  /** What else it is found by. */
  nickname?: string;
  room?: LiveRoom;
  friend?: Friend;
}

interface Props {
  chosen: ReadonlyMap<string, Goal>;
  onChosen: (chosen: ReadonlyMap<string, Goal>) => void;
  /** No more than so many. */
  most: number;
}

/** Chooses among the rooms, the latest first, and the friends without one. */
export function RoomPicker({ chosen, onChosen, most }: Props) {
  const session = useSession();
  const [wanted, setWanted] = useState("");
  const goals = matching(goalsOf(session), wanted);
  function turn(goal: Goal): void {
    const next = new Map(chosen);
    if (!next.delete(goal.key)) next.set(goal.key, goal);
    onChosen(next);
  }
  return (
    <>
      <Search label={t("rooms.find")} value={wanted} onValue={setWanted} />
      <ul class={css.people} aria-label={t("rooms.title")}>
        {goals.map((goal) => (
          <li key={goal.key}>
            <label class={css.person}>
              {goal.room !== undefined && <RoomAvatar room={goal.room} />}
              {goal.friend !== undefined && (
                <Avatar id={goal.friend.id} name={goal.name} photo={goal.friend.photo_id} />
              )}
              <span>{goal.name}</span>
              <input
                type="checkbox"
                checked={chosen.has(goal.key)}
                disabled={!chosen.has(goal.key) && chosen.size >= most}
                onChange={() => turn(goal)}
              />
            </label>
          </li>
        ))}
      </ul>
      {goals.length === 0 && <p class={css.none}>{t("search.nothing")}</p>}
    </>
  );
}

function goalsOf(session: Session): Goal[] {
  const direct = new Set<ID>();
  const rooms = session.rooms.list.value.map((room): Goal => {
    const people = others(session, room);
    const [one] = people;
    if (room.info.value.kind === "direct" && one !== undefined) direct.add(one.id);
    return {
      key: room.id,
      name: roomTitle(session, room),
      nickname: people.map((p) => p.name).join("\n"),
      room,
    };
  });
  const friends = (session.people.friends.value ?? [])
    .filter((f) => !direct.has(f.id))
    .map((friend): Goal => ({ key: friend.id, name: calledName(friend), friend }));
  return [...rooms, ...friends];
}
