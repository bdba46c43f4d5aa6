import { useState } from "preact/hooks";
import { matching } from "../friends/matching";
import { useSession } from "../session";
import { calledName } from "../store/people";
import { t } from "../text";
import { Avatar } from "../ui/Avatar";
import { Empty } from "../ui/Empty";
import { Search } from "../ui/Search";
import type { ID } from "../wire/types";
import css from "./PeoplePicker.module.css";

interface Props {
  chosen: ReadonlySet<ID>;
  onChosen: (chosen: ReadonlySet<ID>) => void;
  /** People who are in already. */
  without?: ReadonlySet<ID>;
}

/** Chooses among the friends. */
export function PeoplePicker({ chosen, onChosen, without }: Props) {
  const friends = (useSession().people.friends.value ?? []).filter((f) => without?.has(f.id) !== true);
  const [wanted, setWanted] = useState("");

  function turn(id: ID): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChosen(next);
  }

  if (friends.length === 0)
    return <Empty icon="friends" title={t("friends.none")} text={t("friends.none-about")} />;
  return (
    <>
      <Search label={t("friends.search")} value={wanted} onValue={setWanted} />
      <ul class={css.people} aria-label={t("friends.title")}>
        {matching(friends, wanted).map((f) => (
          <li key={f.id}>
            <label class={css.person}>
              <Avatar id={f.id} name={calledName(f)} photo={f.photo_id} />
              <span>{calledName(f)}</span>
              <input type="checkbox" checked={chosen.has(f.id)} onChange={() => turn(f.id)} />
            </label>
          </li>
        ))}
      </ul>
    </>
  );
}
