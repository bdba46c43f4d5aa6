import type { ComponentChildren } from "preact";
import css from "./Pane.module.css";

interface Props {
  title: string;
  actions?: ComponentChildren;
  /** Before the title, as a way back. */
  before?: ComponentChildren;
  children: ComponentChildren;
}

/** A list with a head: one screen of a phone, the left side of a larger one. */
export function Pane({ title, actions, before, children }: Props) {
  return (
    <>
      <div class={css.head}>
        {before}
        <h1>{title}</h1>
        <div class={css.actions}>{actions}</div>
      </div>
      <div class={css.body}>{children}</div>
    </>
  );
}
