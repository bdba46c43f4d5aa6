import css from "./Avatar.module.css";
import { firstLetter, tint } from "./tint";

interface Props {
  id: string;
  name: string;
  size?: "s" | "m" | "l" | "xl";
}

const tints = [css.t0, css.t1, css.t2, css.t3, css.t4, css.t5, css.t6, css.t7, css.t8, css.t9];

/** Somebody's picture: the first letter of the name on a colour of their own. */
export function Avatar({ id, name, size = "m" }: Props) {
  return (
    <span class={`${css.avatar} ${css[size]} ${tints[tint(id, tints.length)]}`} aria-hidden="true">
      {firstLetter(name)}
    </span>
  );
}

/** The picture of a group: up to four of its people. */
export function GroupAvatar({
  people,
  size = "m",
}: {
  people: readonly { id: string; name: string }[];
  size?: "m" | "l";
}) {
  const shown = people.slice(0, 4);
  return (
    <span class={`${css.group} ${css[size]} ${css[`n${shown.length}`] ?? ""}`} aria-hidden="true">
      {shown.map((p) => (
        <span key={p.id} class={`${css.part} ${tints[tint(p.id, tints.length)]}`}>
          {firstLetter(p.name)}
        </span>
      ))}
    </span>
  );
}
