import { type RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** How far each list was scrolled when it was last seen. */
const kept = new Map<string, number>();

/** Gives a list back the place to which it was scrolled when another took its room. */
export function useScrollKept<T extends HTMLElement>(
  name: string,
  given?: RefObject<T | null>,
): RefObject<T | null> {
  const own = useRef<T>(null);
  const element = given ?? own;
  useLayoutEffect(() => {
    const list = element.current;
    if (list === null) return undefined;
    list.scrollTop = kept.get(name) ?? 0;
    const keep = (): void => {
      // A list that is not shown has no place to keep.
      if (list.clientHeight > 0) kept.set(name, list.scrollTop);
    };
    list.addEventListener("scroll", keep, { passive: true });
    return () => list.removeEventListener("scroll", keep);
  }, [name]);
  return element;
}

/**
 * What scrolls the place of a list that is one part of a page among others, and
 * how far below the beginning of that it lies, in pixels: what a Virtualizer
 * in that place wants to know.
 */
export function useScroller(place: RefObject<HTMLElement | null>): {
  scroller: RefObject<HTMLElement | null>;
  above: number;
} {
  const scroller = useRef<HTMLElement | null>(null);
  const [above, setAbove] = useState(0);
  useLayoutEffect(() => {
    const list = place.current;
    const around = list === null ? null : scrollerOf(list);
    scroller.current = around;
    if (list === null || around === null) return undefined;
    const look = (): void => {
      const top = list.getBoundingClientRect().top - around.getBoundingClientRect().top;
      setAbove(Math.round(top + around.scrollTop));
    };
    look();
    const observer = new ResizeObserver(look);
    for (const part of around.children) observer.observe(part);
    return () => observer.disconnect();
  }, []);
  return { scroller, above };
}

function scrollerOf(element: HTMLElement): HTMLElement | null {
  const around = element.parentElement;
  if (around === null || /auto|scroll/.test(getComputedStyle(around).overflowY)) return around;
  return scrollerOf(around);
}
