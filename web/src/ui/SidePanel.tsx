import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { createPortal } from "preact/compat";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../text";
import { IconButton } from "./Button";
import { Sheet } from "./Sheet";
import css from "./SidePanel.module.css";
import { widest } from "./width";

/** The third pane, while it is in the page. */
const pane = signal<HTMLElement | null>(null);

/** The third pane: empty, and then not seen, until a SidePanel fills it. */
export function SidePane() {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    pane.value = element.current;
    return () => {
      pane.value = null;
    };
  }, []);
  return <div ref={element} class={css.pane} />;
}

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** What is said about the thing in the middle: in a pane beside it from 1300 px, else in a sheet over it. */
export function SidePanel(props: Props) {
  const place = pane.value;
  if (!widest.value || place === null) return <Sheet {...props} />;
  return createPortal(<Panel {...props} />, place);
}

function Panel({ title, onClose, children }: Props) {
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () => {
      // Whoever closed it from inside goes back to where they opened it.
      const inside = panel.current?.contains(document.activeElement) === true;
      if (inside && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // Escape closes what has the focus inside; the button does the same.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={panel}
      class={css.panel}
      aria-labelledby={id}
      onKeyDown={(e) => {
        if (e.key !== "Escape" || e.defaultPrevented) return;
        e.preventDefault();
        onClose();
      }}
    >
      <div class={css.head}>
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={t("close")} onClick={onClose} />
      </div>
      <div class={css.body}>{children}</div>
    </section>
  );
}

const kept = signal(false);

/**
 * Whether the panel of a room is open. In a pane of its own it stays open from
 * room to room; a sheet opens anew.
 */
export function usePanel(): [boolean, (open: boolean) => void] {
  const [sheet, setSheet] = useState(false);
  if (!widest.value) return [sheet, setSheet];
  return [
    kept.value,
    (open) => {
      kept.value = open;
    },
  ];
}
