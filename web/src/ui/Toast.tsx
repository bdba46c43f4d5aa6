import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import css from "./Toast.module.css";

/** A word at the edge of the screen that goes by itself, with at most one thing to do about it. */
interface Word {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const shownMs = 6000;
const word = signal<Word | undefined>(undefined);
let count = 0;

/** Says something in passing; the last word counts. */
export function toast(text: string, action?: Word["action"]): void {
  word.value = { id: ++count, text, ...(action === undefined ? {} : { action }) };
}

/** Where words in passing appear; stands in the page once. */
export function Toasts() {
  const shown = word.value;
  useEffect(() => {
    if (shown === undefined) return;
    const timer = setTimeout(() => {
      if (word.peek() === shown) word.value = undefined;
    }, shownMs);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div class={css.place} role="status">
      {shown !== undefined && (
        <div key={shown.id} class={css.toast}>
          <span>{shown.text}</span>
          {shown.action !== undefined && (
            <button
              type="button"
              onClick={() => {
                word.value = undefined;
                shown.action?.run();
              }}
            >
              {shown.action.label}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
