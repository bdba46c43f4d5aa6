import { type Person, calledName } from "../store/people";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import type { ID } from "../wire/types";
import css from "./Settings.module.css";

interface Props {
  title: string;
  /** What is said when there is nobody. */
  none: string;
  people: readonly Person[];
  /** What the button beside each says, alone and with the name for those who hear it. */
  action: string;
  actionFor: (name: string) => string;
  busy: boolean;
  onBack: (id: ID) => void;
}

/** People who are not shown elsewhere, each with the way back. */
export function AsideList({ title, none, people, action, actionFor, busy, onBack }: Props) {
  return (
    <section class={css.part}>
      <h2>{title}</h2>
      {people.length === 0 && <p class={css.quietly}>{none}</p>}
      <ul>
        {people.map((person) => {
          const name = calledName(person);
          return (
            <li key={person.id} class={css.device}>
              <Avatar id={person.id} name={name} photo={person.photo_id} />
              <span class={css.words}>{name}</span>
              <Button disabled={busy} aria-label={actionFor(name)} onClick={() => onBack(person.id)}>
                {action}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
