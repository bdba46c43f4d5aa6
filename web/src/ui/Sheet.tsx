import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
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
 * screen. The browser's own dialog keeps the focus inside and closes on Escape;
 * the focus goes back to where it was.
 */
export function Sheet({ title, onClose, children, bare = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const pressed = useRef<EventTarget>(null);
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    return () => {
      element?.close(); // until then nothing outside can have the focus
      if (before instanceof HTMLElement) before.focus();
    };
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
      onPointerDown={(e) => {
        pressed.current = e.target;
      }}
      onClick={(e) => {
        // What was dragged or marked inside and let go beside it is no click beside it.
        if (e.target === dialog.current && pressed.current === dialog.current) onClose();
      }}
    >
      <div class={css.inside}>
        <div class={bare ? css.bare : css.head}>
          <h2 id={id} class={bare ? "unseen" : ""}>
            {title}
          </h2>
          <IconButton icon="close" label={t("close")} onClick={onClose} />
        </div>
        {children}
      </div>
    </dialog>
  );
}
