import { type ReadonlySignal, signal } from "@preact/signals";

/** Whether a media query holds, now and as it changes. Outside a browser nothing does. */
export function media(query: string): ReadonlySignal<boolean> {
  if (typeof matchMedia === "undefined") return signal(false);
  const list = matchMedia(query);
  const holds = signal(list.matches);
  list.addEventListener("change", () => {
    holds.value = list.matches;
  });
  return holds;
}

/** There is room for two panes (900 px), as App.module.css has it. */
export const wide = media("(width >= 56.25rem)");
/** There is room for three (1300 px). */
export const widest = media("(width >= 81.25rem)");
/** A mouse or the like: no keyboard comes up on the screen when a field gets the focus. */
export const finePointer = media("(hover: hover) and (pointer: fine)");
