import { signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** A row that was pushed aside, and what shows beside it. */
type Side = "start" | "end";
const aside = signal<{ key: string; side: Side } | undefined>(undefined);

/** A finger has to move so far, and more sideways than not, before the row follows. */
const leastPx = 10;

/** A finger on a row: where it came down, and where the row was and is. */
interface Drag {
  id: number;
  x: number;
  y: number;
  from: number;
  at: number;
  moving: boolean;
}

/** Puts the row that is aside back. */
export function putBack(): void {
  aside.value = undefined;
}

/**
 * Lets a finger push an element aside by `width` pixels to either side, and one
 * element at a time stay there. Scrolling stays the browser's: the element has
 * `touch-action: pan-y`.
 */
export function useSwipe(
  key: string,
  element: RefObject<HTMLElement | null>,
  width: number,
): {
  side: Side | undefined;
  handlers: {
    onPointerDown: (e: PointerEvent) => void;
    onPointerMove: (e: PointerEvent) => void;
    onPointerUp: () => void;
    onPointerCancel: () => void;
    onClickCapture: (e: MouseEvent) => void;
  };
} {
  const side = aside.value?.key === key ? aside.value.side : undefined;
  const rest = side === "start" ? width : side === "end" ? -width : 0;
  const drag = useRef<Drag | undefined>(undefined);
  const swallow = useRef(false);

  function move(x: number, smooth: boolean): void {
    const style = element.current?.style;
    if (style === undefined) return;
    style.transition = smooth ? "" : "none";
    style.translate = x === 0 ? "" : `${x}px`;
    const box = element.current?.parentElement;
    if (x === 0) box?.removeAttribute("data-aside");
    else box?.setAttribute("data-aside", x > 0 ? "start" : "end");
  }
  useLayoutEffect(() => move(rest, true), [rest]);

  function end(): void {
    const d = drag.current;
    drag.current = undefined;
    if (d?.moving !== true) return;
    const shown = Math.abs(d.at) > width / 2 ? (d.at > 0 ? "start" : "end") : undefined;
    aside.value = shown === undefined ? undefined : { key, side: shown };
    move(shown === undefined ? 0 : shown === "start" ? width : -width, true);
  }

  return {
    side,
    handlers: {
      onPointerDown(e) {
        swallow.current = false;
        if (e.pointerType === "mouse" || !e.isPrimary) return;
        drag.current = { id: e.pointerId, x: e.clientX, y: e.clientY, from: rest, at: rest, moving: false };
      },
      onPointerMove(e) {
        const d = drag.current;
        if (d === undefined || d.id !== e.pointerId) return;
        const dx = e.clientX - d.x;
        if (!d.moving) {
          if (Math.abs(dx) < leastPx || Math.abs(dx) < Math.abs(e.clientY - d.y)) return;
          d.moving = true;
          element.current?.setPointerCapture(e.pointerId);
        }
        swallow.current = true;
        d.at = Math.max(-width, Math.min(width, d.from + dx));
        move(d.at, false);
      },
      onPointerUp: end,
      onPointerCancel: end,
      onClickCapture(e) {
        // The end of a push is no tap; a tap on a row that is aside puts it back.
        if (!swallow.current && side === undefined) return;
        e.preventDefault();
        e.stopPropagation();
        if (!swallow.current) putBack();
        swallow.current = false;
      },
    },
  };
}
