import type { Wanted } from "../net/api";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import css from "./RoomSearch.module.css";
import { nameOf } from "./names";

type Kind = Wanted["kind"] & string;

/** What a search is narrowed to; empty is anything. */
export interface Narrow {
  sender?: string;
  kind?: Kind | "";
  /** As a date field has it: 2026-11-28. */
  day?: string;
}

interface Props {
  room: LiveRoom;
  narrow: Narrow;
  onNarrow: (narrow: Narrow) => void;
}

/** Narrows the search in a room: whose message, of which kind, from which day. */
export function SearchFilters({ room, narrow, onNarrow }: Props) {
  const session = useSession();
  const kinds: [Kind, string][] = [
    ["media", t("about.pictures")],
    ["voice", t("message.voice")],
    ["file", t("about.files")],
    ["link", t("about.links")],
    ["place", t("message.a-place")],
  ];
  return (
    <div class={css.filters}>
      <select
        aria-label={t("search.sender")}
        value={narrow.sender ?? ""}
        onChange={(e) => onNarrow({ ...narrow, sender: e.currentTarget.value })}
      >
        <option value="">{t("search.anybody")}</option>
        {[...room.members.value.keys()].map((id) => (
          <option key={id} value={id}>
            {nameOf(session, id)}
          </option>
        ))}
      </select>
      <select
        aria-label={t("search.kind")}
        value={narrow.kind ?? ""}
        onChange={(e) => onNarrow({ ...narrow, kind: e.currentTarget.value as Kind | "" })}
      >
        <option value="">{t("search.any-kind")}</option>
        {kinds.map(([kind, name]) => (
          <option key={kind} value={kind}>
            {name}
          </option>
        ))}
      </select>
      <input
        type="date"
        aria-label={t("search.day")}
        value={narrow.day ?? ""}
        onInput={(e) => onNarrow({ ...narrow, day: e.currentTarget.value })}
      />
    </div>
  );
}
