import { useEffect, useRef } from "preact/hooks";

/**
 * Keeps the focus sensible as the place changes. Coming back to a place, it is
 * where it was there; where it would be lost with what it was on, it goes to
 * the head of the main part, which is then read out.
 */
export function useFocusKept(path: string): void {
  const at = useRef(path);
  const left = useRef(new Map<string, Element>());
  if (at.current !== path) {
    // Before anything changes in the page.
    const focused = document.activeElement;
    if (focused !== null && focused !== document.body) left.current.set(at.current, focused);
    at.current = path;
  }
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return undefined;
    }
    if (visible(document.activeElement)) return undefined;
    const before = left.current.get(path);
    const target = before === undefined ? undefined : again(before);
    if (target !== undefined) target.focus();
    else return focusHead();
    return undefined;
  }, [path]);
}

/** Focuses the head of the main part; the part itself while its head is being loaded. Answers how to stop waiting. */
function focusHead(): (() => void) | undefined {
  const head = headOfMain();
  head?.focus({ preventScroll: true });
  if (head === null || head.localName === "h1") return undefined;
  const wait = new MutationObserver(() => {
    if (document.activeElement !== head) wait.disconnect();
    else if (headOfMain() !== head) {
      wait.disconnect();
      headOfMain()?.focus({ preventScroll: true });
    }
  });
  wait.observe(head, { childList: true, subtree: true });
  return () => wait.disconnect();
}

function visible(element: Element | null): boolean {
  return element !== null && element !== document.body && element.checkVisibility();
}

/** The element, or, when the list was drawn anew, the link to the same place. */
function again(element: Element): HTMLElement | undefined {
  if (visible(element) && element instanceof HTMLElement) return element;
  const href = element.getAttribute("href");
  if (href === null) return undefined;
  const links = document.querySelectorAll<HTMLElement>(`a[href="${CSS.escape(href)}"]`);
  return [...links].find(visible);
}

/** The heading of the main part; while it is being loaded, the part itself. */
export function headOfMain(): HTMLElement | null {
  const main = document.querySelector<HTMLElement>("#main");
  const head = main?.querySelector<HTMLElement>("h1") ?? main;
  if (head !== null && head.tabIndex === -1) head.tabIndex = -1;
  return head;
}
