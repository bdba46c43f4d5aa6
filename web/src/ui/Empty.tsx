import type { ComponentChildren } from "preact";
import css from "./Empty.module.css";
import { Icon, type IconName } from "./Icon";

/** What a place says while there is nothing in it, and what to do about that. */
export function Empty({
  icon,
  title,
  text,
  children,
  whole = false,
}: {
  icon: IconName;
  title: string;
  /** It is the whole page, so its title is the page's. */
  whole?: boolean;
  text?: string;
  children?: ComponentChildren;
}) {
  return (
    <div class={css.empty}>
      <span class={css.icon}>
        <Icon name={icon} size={34} />
      </span>
      {whole ? <h1>{title}</h1> : <h2>{title}</h2>}
      {text !== undefined && <p>{text}</p>}
      {children}
    </div>
  );
}

/** Grey bars in place of rows that are being loaded. */
export function Skeleton({ rows, label }: { rows: number; label: string }) {
  return (
    <div class={css.skeleton} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} class={css.row}>
          <span class={css.round} />
          <span class={css.bars}>
            <span />
            <span />
          </span>
        </div>
      ))}
    </div>
  );
}
