import { signal } from "@preact/signals";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import css from "./RoomList.module.css";

const filters = ["all", "unread", "groups", "direct"] as const;
type Filter = (typeof filters)[number];

/** What the list is narrowed to, until the page is closed. */
const chosen = signal<Filter>("all");

const takes: Record<Filter, (room: LiveRoom) => boolean> = {
  all: () => true,
  unread: (room) => room.unread.value > 0,
  groups: (room) => room.info.value.kind === "group",
  direct: (room) => room.info.value.kind !== "group",
};

/** The rooms that the chosen filter lets through. The open one stays while it is read. */
export function filtered(rooms: readonly LiveRoom[], open: string | undefined): readonly LiveRoom[] {
  const filter = chosen.value;
  return rooms.filter((r) => takes[filter](r) || (filter === "unread" && r.id === open));
}

/** Narrows the list of rooms. */
export function RoomFilters() {
  const names: Record<Filter, string> = {
    all: t("rooms.all"),
    unread: t("rooms.only-unread"),
    groups: t("rooms.groups"),
    direct: t("rooms.direct"),
  };
  return (
    <div class={css.chips} role="group" aria-label={t("rooms.filter")}>
      {filters.map((f) => (
        <button
          key={f}
          type="button"
          class={css.chip}
          aria-pressed={chosen.value === f}
          onClick={() => {
            chosen.value = f;
          }}
        >
          {names[f]}
        </button>
      ))}
    </div>
  );
}
