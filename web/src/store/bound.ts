import { batch } from "@preact/signals";
import type { LiveRoom } from "./live-room";
import { Log } from "./log";

/** So many entries of a room are shown at most, and so many stay when it is more: the rest is loaded again when it is looked for. */
const most = 500;
const stay = 400;
/** What is kept of the newest when the reader is far from them. */
const newest = 100;

/**
 * Keeps what is shown of a room from growing without end: drops entries at
 * the end that is far from the reader.
 */
export function bound(room: LiveRoom, far: "older" | "newer"): void {
  const shown = room.shown.peek();
  if (shown === undefined || shown.entries.peek().length <= most) return;
  if (far === "older") {
    shown.keepLast(stay);
  } else if (room.part.peek() === shown) {
    shown.keepFirst(stay);
  } else {
    // What is shown becomes a part, as the same object, so that the view never sees anything between the two;
    // another log goes on to take what arrives.
    const log = new Log();
    log.start(shown.entries.peek().slice(-newest), shown.tail.peek());
    batch(() => {
      room.part.value = shown;
      room.log.value = log;
      shown.keepFirst(stay);
    });
  }
}
