import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { type Place, isDetail, placeOf, tabOf } from "../places";
import { useSession } from "../session";
import type { Session } from "../store/session";
import { type Act, actOf, lettersOn, neighbour, onMac } from "./shortcuts";

/** Keeps the shortcuts of the whole page; those of a part belong to it and say so by preventDefault. */
export function useShortcuts(onHelp: () => void): void {
  const session = useSession();
  const { route } = useLocation();
  useEffect(() => {
    const listen = (e: KeyboardEvent): void => {
      if (e.defaultPrevented || document.querySelector("dialog[open], [aria-modal=true]") !== null) return;
      const field = fieldOf(e.target);
      // What the address says, for keys may come faster than the screen follows it.
      const place = placeOf(location.pathname);
      const act = actOf(e, { mac: onMac(), writing: field !== undefined, letters: lettersOn() });
      if (act === undefined) return;
      // What was written stays under the hand.
      if (act === "back" && field !== undefined && field.value !== "") return;
      if (act === "help") onHelp();
      else if (act === "find") find(place, route);
      else {
        const to = act === "back" ? above(place) : roomBy(session, place, act);
        if (to === undefined) return;
        route(to);
      }
      e.preventDefault();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  });
}

function fieldOf(target: EventTarget | null): HTMLInputElement | HTMLTextAreaElement | undefined {
  if (target instanceof HTMLTextAreaElement) return target;
  if (target instanceof HTMLInputElement && !/^(checkbox|radio|button|range|file)$/.test(target.type))
    return target;
  return undefined;
}

/** The list that a detail belongs to. */
function above(place: Place): string | undefined {
  return isDetail(place) || place.name === "new-room" ? `/${tabOf(place)}` : undefined;
}

function roomBy(
  session: Session,
  place: Place,
  act: Exclude<Act, "find" | "help" | "back">,
): string | undefined {
  const here = place.name === "room" ? session.rooms.peek(place.id) : undefined;
  const step = act.startsWith("next") ? 1 : -1;
  const unread = act.endsWith("unread");
  const room = neighbour(session.rooms.list.peek(), here, step, (r) => !unread || r.unread.peek() > 0);
  return room === undefined ? undefined : `/rooms/${room.id}`;
}

/** The search field of the list that is there, else of the friends. */
function find(place: Place, route: (to: string) => void): void {
  if (focusSearch()) return;
  route(tabOf(place) === "rooms" ? "/rooms" : "/friends");
  requestAnimationFrame(() => {
    if (focusSearch()) return;
    route("/friends");
    requestAnimationFrame(focusSearch);
  });
}

function focusSearch(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement>("input[type=search]");
  const shown = [...fields].find((f) => f.checkVisibility());
  shown?.select();
  shown?.focus();
  return shown !== undefined;
}
