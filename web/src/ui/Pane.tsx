import type { ComponentChildren, RefObject } from "preact";
import css from "./Pane.module.css";
import { useScrollKept } from "./scroll";

interface Props {
  title: string;
  actions?: ComponentChildren;
  /** Before the title, as a way back. */
  before?: ComponentChildren;
  /** Lines of text and fields in a pane of any width: a column in its middle. */
  column?: boolean;
  /** Stays while the list below it scrolls. */
  top?: ComponentChildren;
  /** What scrolls. */
  bodyRef?: RefObject<HTMLDivElement | null>;
  children: ComponentChildren;
}

/** A list with a head: one screen of a phone, the left side of a larger one. */
export function Pane({ title, actions, before, column = false, top, bodyRef, children }: Props) {
  const kept = useScrollKept<HTMLDivElement>(title, bodyRef);
  return (
    <>
      <div class={column ? `${css.head} ${css.column}` : css.head}>
        {before}
        <h1>{title}</h1>
        <div class={css.actions}>{actions}</div>
      </div>
      {top}
      <div ref={kept} class={column ? `${css.body} ${css.column}` : css.body}>
        {children}
      </div>
    </>
  );
}
