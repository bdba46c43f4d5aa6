import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";

/**
 * A list that is made from signals. The component is drawn anew only when the
 * list holds other things than before, not whenever a signal changed. `inputs`
 * are what else it is made from.
 */
export function useStable<T>(make: () => readonly T[], inputs: readonly unknown[]): readonly T[] {
  const list = useMemo(() => {
    let before: readonly T[] = [];
    return computed(() => {
      const next = make();
      if (next.length !== before.length || next.some((x, i) => x !== before[i])) before = next;
      return before;
    });
  }, inputs);
  return list.value;
}
