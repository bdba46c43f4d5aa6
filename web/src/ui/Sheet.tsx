import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../text";
import { IconButton } from "./Button";
import css from "./Sheet.module.css";

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** The title is for listeners only; what is inside shows what it is. */
  bare?: boolean;
}

/**
 * A window over the page: at the bottom of a phone, in the middle of a larger
 * screen. The browser's own dialog keeps the focus inside, closes on Escape
 * and gives the focus back.
 */
export function Sheet({ title, onClose, children, bare = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element !== null && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    // Clicks beside the sheet land on the dialog itself; by keyboard, Escape does the same.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      class={css.sheet}
      aria-labelledby={id}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
      onClick={(e) => {
        if (e.target === dialog.current) onClose();
      }}
    >
      <div class={css.inside}>
        <header class={bare ? css.bare : css.head}>
          <h2 id={id} class={bare ? "unseen" : ""}>
            {title}
          </h2>
          <IconButton icon="close" label={t("close")} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
