import type { ComponentChildren } from "preact";
import css from "./Pane.module.css";
import { useScrollKept } from "./scroll";

interface Props {
  title: string;
  actions?: ComponentChildren;
  /** Before the title, as a way back. */
  before?: ComponentChildren;
  /** Lines of text and fields in a pane of any width: a column in its middle. */
  column?: boolean;
  children: ComponentChildren;
}

/** A list with a head: one screen of a phone, the left side of a larger one. */
export function Pane({ title, actions, before, column = false, children }: Props) {
  const body = useScrollKept<HTMLDivElement>(title);
  return (
    <>
      <div class={column ? `${css.head} ${css.column}` : css.head}>
        {before}
        <h1>{title}</h1>
        <div class={css.actions}>{actions}</div>
      </div>
      <div ref={body} class={column ? `${css.body} ${css.column}` : css.body}>
        {children}
      </div>
    </>
  );
}
