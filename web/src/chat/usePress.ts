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
 * Opens something by a long press, a right click or a double click. The same
 * has to be offered to keyboards elsewhere. Links, players and marked text
 * keep what the browser does with them.
 */
export function usePress(open: () => void): Press {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const from = useRef({ x: 0, y: 0 });
  const now = useRef(open);
  now.current = open;
  const stop = (): void => clearTimeout(timer.current);
  return {
    onContextMenu: (e) => {
      stop();
      if (elsewhere(e.target) || String(getSelection()) !== "") return;
      e.preventDefault();
      now.current();
    },
    onDblClick: (e) => {
      if (elsewhere(e.target)) return;
      getSelection()?.removeAllRanges(); // the word that the two clicks marked
      now.current();
    },
    onPointerDown: (e) => {
      stop();
      if (e.pointerType !== "touch" || !e.isPrimary || elsewhere(e.target)) return;
      from.current = { x: e.clientX, y: e.clientY };
      timer.current = setTimeout(() => {
        navigator.vibrate?.(8);
        now.current();
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
function elsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button, input, audio, video") !== null;
}
