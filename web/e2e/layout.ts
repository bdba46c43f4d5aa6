/* oxlint-disable unicorn/consistent-function-scoping -- what runs in the page brings everything along */
import type { Page } from "playwright-core";

/**
 * Looks at what a page shows: text that is wider or higher than its box, targets that overlap, and a page that
 * scrolls to the side. What people wrote may be shortened, so that boxes with one of the `written` words in
 * them may cut; other texts may where the view says so with data-shortens.
 */
export async function faultsOf(page: Page, written: readonly string[]): Promise<string[]> {
  // Things are looked at where they end, not on their way; what turns for ever has no end.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((a) => a.effect?.getComputedTiming().endTime !== Infinity)
        .map((a) => a.finished.catch(() => undefined)),
    ),
  );
  return page.evaluate(lookAtPage, written);
}

/** Something to press, and where it takes the finger. */
interface Target {
  e: Element;
  area: DOMRect;
}

/** Runs in the page; everything it needs is inside. */
function lookAtPage(written: readonly string[]): string[] {
  const found: string[] = [];
  const dialogs = [...document.querySelectorAll("dialog[open], [role=dialog]")];
  const root: Element = dialogs.at(-1) ?? document.body;
  const short = (e: Element): string => {
    const words = (e.getAttribute("aria-label") ?? e.textContent ?? "").trim().replace(/\s+/g, " ");
    const name = typeof e.className === "string" ? e.className.split(" ")[0] : "";
    return `<${e.tagName.toLowerCase()} ${name}> “${words.slice(0, 60)}”`;
  };
  const seen = (e: Element): boolean =>
    e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    e.closest(".unseen, [inert], svg") === null;
  const mayShorten = (e: Element): boolean =>
    e.closest("[data-shortens]") !== null || written.some((w) => (e.textContent ?? "").includes(w));
  const ownText = (e: Element): boolean =>
    [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && (n.textContent ?? "").trim() !== "");

  /** The box around the letters that stand in an element itself. */
  function letters(e: Element): DOMRect {
    const range = document.createRange();
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const node of e.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || (node.textContent ?? "").trim() === "") continue;
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        if (line.width === 0) continue;
        left = Math.min(left, line.left);
        top = Math.min(top, line.top);
        right = Math.max(right, line.right);
        bottom = Math.max(bottom, line.bottom);
      }
    }
    return new DOMRect(left, top, right - left, bottom - top);
  }

  /** Letters leave their own box, or one around it cuts them; what scrolls lets them be seen. */
  function checkText(e: HTMLElement): void {
    if (mayShorten(e)) return;
    const text = letters(e);
    // Letters may reach a little over a line that is set tight.
    const high = Math.max(2, Number.parseFloat(getComputedStyle(e).fontSize) * 0.3);
    for (let a: Element | null = e; a !== null && a !== root.parentElement; a = a.parentElement) {
      const { display, overflowX, overflowY } = getComputedStyle(a);
      const cuts = overflowX !== "visible" || overflowY !== "visible";
      if ((a !== e && !cuts) || display === "inline" || display === "contents") continue;
      if (a !== e && mayShorten(a)) return;
      const box = a.getBoundingClientRect();
      if (box.width <= 1) return;
      const wide = Math.max(text.right - box.right, box.left - text.left);
      const tall = Math.max(text.bottom - box.bottom, box.top - text.top);
      const where = a === e ? "its box" : short(a);
      if (wide > 1 && !/auto|scroll/.test(overflowX))
        found.push(`${short(e)} is ${Math.round(wide)} px wider than ${where}`);
      if (tall > high && !/auto|scroll/.test(overflowY))
        found.push(`${short(e)} is ${Math.round(tall)} px higher than ${where}`);
      if (/auto|scroll/.test(overflowX + overflowY)) return;
    }
  }

  const pen = document.createElement("canvas").getContext("2d");
  function checkField(e: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement): void {
    if (pen === null || e.closest("[data-shortens]") !== null) return;
    const text = e instanceof HTMLSelectElement ? (e.selectedOptions[0]?.text ?? "") : e.placeholder;
    if (text === "" || e.clientWidth <= 1) return;
    const style = getComputedStyle(e);
    pen.font = style.font;
    const room = e.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
    const arrow = e instanceof HTMLSelectElement && style.appearance !== "none" ? 16 : 0;
    const wide = pen.measureText(text).width + arrow;
    if (wide > room + 1)
      found.push(`${short(e)}: “${text}” is ${Math.round(wide - room)} px wider than its field`);
  }

  for (const e of root.querySelectorAll<HTMLElement>("*")) {
    if (!seen(e)) continue;
    if (e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement || e instanceof HTMLSelectElement)
      checkField(e);
    else if (!(e instanceof HTMLOptionElement) && ownText(e)) checkText(e);
  }

  /** Where a target takes the finger: its box and what ::after widens it by, as far as boxes around let it be seen. */
  function areaOf(e: Element): DOMRect | undefined {
    let { left, top, right, bottom } = e.getBoundingClientRect();
    const after = getComputedStyle(e, "::after");
    if (after.content !== "none" && after.position === "absolute" && after.pointerEvents !== "none") {
      const out = (v: string): number => Math.max(0, -(Number.parseFloat(v) || 0));
      left -= out(after.left);
      right += out(after.right);
      top -= out(after.top);
      bottom += out(after.bottom);
    }
    for (let a = e.parentElement; a !== null; a = a.parentElement) {
      const style = getComputedStyle(a);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const around = a.getBoundingClientRect();
      left = Math.max(left, around.left);
      right = Math.min(right, around.right);
      top = Math.max(top, around.top);
      bottom = Math.min(bottom, around.bottom);
    }
    return right - left > 1 && bottom - top > 1
      ? new DOMRect(left, top, right - left, bottom - top)
      : undefined;
  }

  /** Whether something floats over what scrolls below it, as the chip does that leads to the newest message. */
  function floats(over: Element, below: Element): boolean {
    let scroller = below.parentElement;
    while (scroller !== null && !/auto|scroll/.test(getComputedStyle(scroller).overflowY))
      scroller = scroller.parentElement;
    if (scroller === null || scroller.contains(over)) return false;
    for (let a: Element | null = over; a !== null && !a.contains(scroller); a = a.parentElement) {
      if (/absolute|fixed|sticky/.test(getComputedStyle(a).position)) return true;
    }
    return false;
  }

  /** Whether a small target lies on a large one and comes first there, as the menu of a room on its row. */
  function lies(on: Target, large: Target): boolean {
    const { left, top, right, bottom } = on.area;
    const box = large.area;
    if (left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1)
      return false;
    const first = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return first !== null && on.e.contains(first);
  }

  const selector =
    "button, a[href], input, select, textarea, summary, [role=tab], [role=option], [role=menuitem]";
  const targets = [...root.querySelectorAll(selector)]
    .filter((e) => seen(e) && getComputedStyle(e).pointerEvents !== "none")
    .flatMap((e) => {
      const area = areaOf(e);
      return area === undefined ? [] : [{ e, area }];
    });
  for (const [i, a] of targets.entries()) {
    for (const b of targets.slice(i + 1)) {
      const wide = Math.min(a.area.right, b.area.right) - Math.max(a.area.left, b.area.left);
      const high = Math.min(a.area.bottom, b.area.bottom) - Math.max(a.area.top, b.area.top);
      if (wide <= 1 || high <= 1 || a.e.contains(b.e) || b.e.contains(a.e)) continue;
      if (floats(a.e, b.e) || floats(b.e, a.e) || lies(a, b) || lies(b, a)) continue;
      found.push(`${short(a.e)} and ${short(b.e)} overlap by ${Math.round(wide)} × ${Math.round(high)} px`);
    }
  }

  const page = document.scrollingElement ?? document.documentElement;
  if (page.scrollWidth > innerWidth)
    found.push(`the page is ${page.scrollWidth - innerWidth} px wider than the screen`);
  return found;
}
