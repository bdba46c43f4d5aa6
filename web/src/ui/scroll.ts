import { type RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

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
