import { useEffect } from "preact/hooks";
import { hitsOf } from "./snippet";

/** Longest wait for the message to be in the page, in frames. */
const frames = 60;

/**
 * Marks what was looked for inside the message of that number, where browsers
 * can mark without changing the page (CSS Custom Highlight API).
 */
export function useHighlight(seq: number | undefined, wanted: string): void {
  useEffect(() => {
    if (seq === undefined || typeof Highlight === "undefined") return undefined;
    let left = frames;
    let frame = requestAnimationFrame(function look() {
      const message = document.querySelector(`[role="log"] [data-seq="${seq}"]`);
      if (message === null) {
        if (left-- > 0) frame = requestAnimationFrame(look);
        return;
      }
      CSS.highlights.set("found", new Highlight(...rangesIn(message, wanted)));
    });
    return () => {
      cancelAnimationFrame(frame);
      CSS.highlights.delete("found");
    };
  }, [seq, wanted]);
}

function rangesIn(element: Element, wanted: string): Range[] {
  const ranges: Range[] = [];
  const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
    for (const [from, to] of hitsOf(node.textContent ?? "", wanted)) {
      const range = new Range();
      range.setStart(node, from);
      range.setEnd(node, to);
      ranges.push(range);
    }
  }
  return ranges;
}
