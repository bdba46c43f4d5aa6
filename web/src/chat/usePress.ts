import { useRef } from "preact/hooks";

/** A finger that rests for so long means the menu, as on every phone. */
const longMs = 450;
/** A finger that moves further than this, in pixels, scrolls. */
const slack = 10;

interface Press {
  onContextMenu: (e: MouseEvent) => void;
  onDblClick: (e: MouseEvent) => void;
  onPointerDown: (e: PointerEvent) => void;
  onPointerMove: (e: PointerEvent) => void;
  onPointerUp: () => void;
  onPointerCancel: () => void;
}

/**
 * Opens something by a long press, a right click or a double click; `find`
 * tells what is to be opened for what was pressed, if anything. One set of
 * handlers serves a whole list. The same has to be offered to keyboards
 * elsewhere. Links, players and marked text keep what the browser does with
 * them.
 */
export function usePress(find: (pressed: Element) => (() => void) | undefined): Press {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const from = useRef({ x: 0, y: 0 });
  const now = useRef(find);
  now.current = find;
  const openOf = (target: EventTarget | null): (() => void) | undefined =>
    target instanceof Element && !elsewhere(target) ? now.current(target) : undefined;
  const stop = (): void => clearTimeout(timer.current);
  return {
    onContextMenu: (e) => {
      stop();
      const open = openOf(e.target);
      if (open === undefined || String(getSelection()) !== "") return;
      e.preventDefault();
      open();
    },
    onDblClick: (e) => {
      const open = openOf(e.target);
      if (open === undefined) return;
      getSelection()?.removeAllRanges(); // the word that the two clicks marked
      open();
    },
    onPointerDown: (e) => {
      stop();
      const open = e.pointerType === "touch" && e.isPrimary ? openOf(e.target) : undefined;
      if (open === undefined) return;
      from.current = { x: e.clientX, y: e.clientY };
      timer.current = setTimeout(() => {
        navigator.vibrate?.(8);
        open();
      }, longMs);
    },
    onPointerMove: (e) => {
      if (Math.hypot(e.clientX - from.current.x, e.clientY - from.current.y) > slack) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
  };
}

/** Something that has a menu and presses of its own. */
function elsewhere(target: Element): boolean {
  return target.closest("a, button, input, audio, video") !== null;
}
