import { usePicture } from "../media/usePicture";
import type { ID } from "../wire/types";
import css from "./Avatar.module.css";
import { firstLetter, tint } from "./tint";

interface Props {
  id: string;
  name: string;
  /** Of the person's photo, if they have one. */
  photo?: ID | undefined;
  size?: "s" | "m" | "l" | "xl";
}

const tints = [css.t0, css.t1, css.t2, css.t3, css.t4, css.t5, css.t6, css.t7, css.t8, css.t9];

/** Somebody's picture: their photo, or else the first letter of the name on a colour of their own. */
export function Avatar({ id, name, photo, size = "m" }: Props) {
  return (
    <span class={`${css.avatar} ${css[size]} ${tints[tint(id, tints.length)]}`} aria-hidden="true">
      {firstLetter(name)}
      {photo !== undefined && <Photo key={photo} id={photo} />}
    </span>
  );
}

/** Lies over the letter as soon as it is there; what cannot be loaded is not missed. */
function Photo({ id }: { id: ID }) {
  const { url, state, onLoad, onError } = usePicture(id, "small");
  if (url === undefined) return null;
  return (
    <img
      class={css.photo}
      data-state={state}
      src={url}
      alt=""
      decoding="async"
      draggable={false}
      onLoad={onLoad}
      onError={onError}
    />
  );
}

/** The picture of a group: up to four of its people. */
export function GroupAvatar({
  people,
  size = "m",
}: {
  people: readonly { id: string; name: string; photo_id?: ID }[];
  size?: "m" | "l";
}) {
  const shown = people.slice(0, 4);
  return (
    <span class={`${css.group} ${css[size]} ${css[`n${shown.length}`] ?? ""}`} aria-hidden="true">
      {shown.map((p) => (
        <span key={p.id} class={`${css.part} ${tints[tint(p.id, tints.length)]}`}>
          {firstLetter(p.name)}
          {p.photo_id !== undefined && <Photo key={p.photo_id} id={p.photo_id} />}
        </span>
      ))}
    </span>
  );
}
