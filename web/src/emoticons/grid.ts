import type { RefObject } from "preact";

/** Moves the focus between the buttons of a grid by arrow keys, to the nearest in that direction. */
export function moveInGrid(e: KeyboardEvent, grid: RefObject<HTMLElement | null>): void {
  const direction = arrows[e.key];
  const from = e.target as HTMLElement;
  if (direction === undefined || !(from instanceof HTMLButtonElement) || e.ctrlKey || e.metaKey || e.altKey)
    return;
  const to = nearest(from, grid.current?.querySelectorAll<HTMLElement>("button") ?? [], direction);
  if (to === undefined) return;
  e.preventDefault();
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest" });
}

const arrows: Record<string, readonly [x: number, y: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function nearest(
  from: HTMLElement,
  all: Iterable<HTMLElement>,
  [dx, dy]: readonly [number, number],
): HTMLElement | undefined {
  const a = from.getBoundingClientRect();
  let best: HTMLElement | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const button of all) {
    const b = button.getBoundingClientRect();
    const along =
      (b.x + b.width / 2 - a.x - a.width / 2) * dx + (b.y + b.height / 2 - a.y - a.height / 2) * dy;
    const across = Math.abs((b.x - a.x) * dy) + Math.abs((b.y - a.y) * dx);
    // Left and right stay in the row; up and down take the closest of the next row.
    if (along < 4 || (dx !== 0 && across > a.height / 2)) continue;
    const distance = along + across * 2;
    if (distance < least) {
      least = distance;
      best = button;
    }
  }
  return best;
}
