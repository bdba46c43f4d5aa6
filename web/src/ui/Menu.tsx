import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./Icon";
import css from "./Menu.module.css";

/** Where on the page a menu was asked for. */
export interface Point {
  x: number;
  y: number;
}

interface Props {
  /** What the menu is about, for listeners. */
  label: string;
  /** Where it opens on a screen that has room; a phone shows it at the bottom. */
  at: Point | undefined;
  onClose: () => void;
  children: ComponentChildren;
}

const margin = 8;

/** Where an event asks for a menu: at the pointer, or below the element when it came by keyboard. */
export function pointOf(e: MouseEvent): Point {
  if (e.clientX !== 0 || e.clientY !== 0) return { x: e.clientX, y: e.clientY };
  const box = (e.currentTarget as HTMLElement).getBoundingClientRect();
  return { x: box.left, y: box.bottom };
}

/**
 * A choice of things to do: at the pointer of a large screen, at the bottom of a
 * phone. Arrow keys walk through it; Escape and a click beside it close it, and
 * the focus goes back to where it was.
 */
export function Menu({ label, at, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    if (element === null) return;
    element.showModal();
    place(element, at);
    return () => {
      element.close(); // until then nothing outside can have the focus
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // Clicks beside the menu land on the dialog itself; by keyboard, Escape does the same.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      class={`${css.menu} ${at === undefined ? "" : css.at}`}
      aria-label={label}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
      onClick={(e) => {
        if (e.target === dialog.current) onClose();
      }}
      onContextMenu={(e) => e.preventDefault()}
      onKeyDown={walk}
    >
      <div class={css.inside}>{children}</div>
    </dialog>
  );
}

/** Puts the menu where it was asked for, inside the window. */
function place(element: HTMLElement, at: Point | undefined): void {
  if (at === undefined || !matchMedia("(width >= 40rem)").matches) return;
  const { offsetWidth, offsetHeight } = element;
  const x = Math.min(at.x, innerWidth - offsetWidth - margin);
  const below = at.y + offsetHeight + margin <= innerHeight;
  const y = below ? at.y : Math.min(at.y - offsetHeight, innerHeight - offsetHeight - margin);
  element.style.left = `${Math.max(margin, x)}px`;
  element.style.top = `${Math.max(margin, y)}px`;
}

function walk(e: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const items = [...e.currentTarget.querySelectorAll<HTMLElement>("button:not(:disabled), a[href]")];
  const i = items.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: items.length - 1 }[e.key];
  if (next === undefined) return;
  e.preventDefault();
  items.at(next % items.length)?.focus();
}

interface ItemProps {
  icon: IconName;
  danger?: boolean;
  disabled?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}

/** The things to do, one below the other. */
export function MenuItems({ children }: { children: ComponentChildren }) {
  return <ul class={css.items}>{children}</ul>;
}

export function MenuItem({ icon, danger = false, disabled = false, onClick, children }: ItemProps) {
  return (
    <li>
      <button
        type="button"
        disabled={disabled}
        class={danger ? `${css.item} ${css.danger}` : css.item}
        onClick={onClick}
      >
        <Icon name={icon} size={20} />
        <span>{children}</span>
      </button>
    </li>
  );
}
