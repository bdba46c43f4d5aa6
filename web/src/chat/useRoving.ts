import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { VirtualizerHandle } from "virtua";
import type { Entry } from "../wire/types";
import type { Row } from "./rows";

interface Options {
  rows: readonly Row[];
  list: RefObject<VirtualizerHandle | null>;
  scroll: RefObject<HTMLElement | null>;
  onChoose: (entry: Entry) => void;
  onReply: (entry: Entry) => void;
}

interface Roving {
  /** The row that has the focus or had it last, to be kept in the page wherever the list is scrolled. */
  active: number;
  onKeyDown: (e: KeyboardEvent) => void;
  onFocusIn: (e: FocusEvent) => void;
}

/** A row that was scrolled to is in the page after so many frames, or never. */
const soon = 20;

/** What inside a message can have the focus. */
const controls = "a[href], button, input, select, audio, video, summary, [tabindex]";

/**
 * Moves the focus through the messages by arrow keys: the room is one stop of
 * the Tab key however long it is. Up and Down go from message to message, Home
 * and End to the ends, Right and Left to what is inside of one and back, Enter
 * opens the menu, R answers, Escape goes back to the room.
 */
export function useRoving({ rows, list, scroll, onChoose, onReply }: Options): Roving {
  const [key, setKey] = useState<string>();
  const wanted = useRef(false);
  // A row that is moved in the page, as others come in front of it, loses the focus and gets it back.
  const held = useRef<string>(undefined);
  useOneStop(scroll, () => {
    if (held.current !== undefined && document.activeElement === document.body)
      focusRow(scroll.current, held.current, soon);
  });
  useEffect(() => {
    const elsewhere = (e: Event): void => {
      if (!(e.target instanceof Node) || scroll.current?.contains(e.target) !== true)
        held.current = undefined;
    };
    document.addEventListener("focusin", elsewhere);
    document.addEventListener("pointerdown", elsewhere);
    return () => {
      document.removeEventListener("focusin", elsewhere);
      document.removeEventListener("pointerdown", elsewhere);
    };
  }, []);
  const active = key === undefined ? -1 : rows.findIndex((r) => r.key === key);

  /** Focuses the row that was gone to. */
  function reach(): void {
    if (!wanted.current || active < 0) return;
    wanted.current = false;
    list.current?.scrollToIndex(active, { align: "nearest" });
    focusRow(scroll.current, key ?? "", soon);
  }
  useLayoutEffect(reach);

  function go(index: number, step: number): void {
    let to = index;
    while (rows[to] !== undefined && !reached(rows[to])) to += step;
    const row = rows[to];
    if (row === undefined) return;
    wanted.current = true;
    if (row.key === key) reach();
    else setKey(row.key);
  }

  function onKeyDown(e: KeyboardEvent): void {
    const target = e.target as HTMLElement;
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const on = target.closest<HTMLElement>("[data-row]");
    const row = on === null ? undefined : rows.find((r) => r.key === on.dataset["row"]);
    const at = row === undefined ? -1 : rows.indexOf(row);
    const inside = row !== undefined && target !== on?.firstElementChild;
    if (inside) {
      if (e.key === "Escape" || !across(e, on, target)) focus(e, on);
      return;
    }
    switch (e.key) {
      case "ArrowUp":
        go(at >= 0 ? at - 1 : active >= 0 ? active : rows.length - 1, -1);
        break;
      case "ArrowDown":
        go(at >= 0 ? at + 1 : active >= 0 ? active : rows.length - 1, at >= 0 ? 1 : -1);
        break;
      case "Home":
        go(0, 1);
        break;
      case "End":
        go(rows.length - 1, -1);
        break;
      case "Escape":
        if (row === undefined) return;
        scroll.current?.focus({ preventScroll: true });
        break;
      case "ArrowRight":
        controlsOf(on)[0]?.focus();
        break;
      case "Enter":
      case "ContextMenu":
        if (row?.kind !== "message" || row.entry.deleted === true) return;
        onChoose(row.entry);
        break;
      default:
        // Where Hangul is written the key has another name and the same place.
        if (e.code !== "KeyR" || row?.kind !== "message" || row.entry.deleted === true) return;
        onReply(row.entry);
    }
    e.preventDefault();
  }

  return {
    active,
    onKeyDown,
    onFocusIn: (e) => {
      const row = (e.target as HTMLElement).closest<HTMLElement>("[data-row]")?.dataset["row"];
      held.current = row;
      if (row !== undefined && row !== key) setKey(row);
    },
  };
}

/** Lines between messages only structure the room. */
function reached(row: Row | undefined): boolean {
  return row?.kind === "message" || row?.kind === "draft" || row?.kind === "notice";
}

/** Focuses a row. One that has just come into the page is hidden until it was measured, and takes no focus before. */
function focusRow(list: HTMLElement | null, key: string, frames: number): void {
  const element = elementOf(list, key);
  element?.focus({ preventScroll: true });
  if (frames > 0 && (element === null || document.activeElement !== element))
    requestAnimationFrame(() => focusRow(list, key, frames - 1));
}

function elementOf(list: HTMLElement | null, key: string): HTMLElement | null {
  return list?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"] > *`) ?? null;
}

/** Goes to the next control inside a message; says whether the key was for that. Other keys are the control's own. */
function across(e: KeyboardEvent, row: HTMLElement | null, target: HTMLElement): boolean {
  if (e.key !== "ArrowRight" && e.key !== "ArrowLeft") return true;
  // A slider, as of a voice message, moves by these keys itself.
  if (target.matches("[role=slider], input, audio, video")) return true;
  const all = controlsOf(row);
  const next = all[all.indexOf(target) + (e.key === "ArrowRight" ? 1 : -1)];
  if (next === undefined) return e.key === "ArrowRight";
  next.focus();
  e.preventDefault();
  return true;
}

function controlsOf(row: HTMLElement | null): HTMLElement[] {
  const all = row?.firstElementChild?.querySelectorAll<HTMLElement>(controls) ?? [];
  return [...all].filter((c) => c.checkVisibility());
}

/** Takes what is inside of messages out of the order of the Tab key, also what comes into one later. */
function useOneStop(scroll: RefObject<HTMLElement | null>, onChange: () => void): void {
  const changed = useRef(onChange);
  changed.current = onChange;
  useLayoutEffect(() => {
    const element = scroll.current;
    if (element === null) return;
    const take = (within: Element): void => {
      const found = [...within.querySelectorAll<HTMLElement>(controls)];
      if (within.matches(controls)) found.push(within as HTMLElement);
      for (const c of found) if (c.tabIndex !== -1) c.tabIndex = -1;
    };
    for (const child of element.children) take(child);
    const observer = new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) if (node instanceof Element) take(node);
      }
      changed.current();
    });
    observer.observe(element, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
}

/** Back to the message itself. */
function focus(e: KeyboardEvent, row: HTMLElement | null): void {
  (row?.firstElementChild as HTMLElement | null)?.focus();
  e.preventDefault();
}
