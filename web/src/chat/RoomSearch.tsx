import { useEffect, useRef, useState } from "preact/hooks";
import type { Wanted } from "../net/api";
import { faultOf } from "../net/fault";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { faultText } from "../text/faults";
import { IconButton } from "../ui/Button";
import { Icon } from "../ui/Icon";
import css from "./RoomSearch.module.css";
import { type Narrow, SearchFilters } from "./SearchFilters";
import { roomTitle } from "./names";
import { useHighlight } from "./useHighlight";

/** Closer to the last hit than this, older ones are looked for. */
const ahead = 3;

/** Looks for messages in the open room and leads from one to the next, from the newest back. */
export function RoomSearch({ room, onClose }: { room: LiveRoom; onClose: () => void }) {
  const session = useSession();
  const [search] = useState(() => session.search());
  const [words, setWords] = useState("");
  const [narrow, setNarrow] = useState<Narrow>({});
  const [filters, setFilters] = useState(false);
  const [at, setAt] = useState(0);
  const [fault, setFault] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const found = search.found.value;
  const hit = found[Math.min(at, found.length - 1)]?.entry.seq;
  const wanted = words.trim() !== "" || Object.values(narrow).some((v) => v !== "");

  useEffect(() => {
    field.current?.focus();
    return () => search.stop();
  }, [search]);
  useEffect(() => {
    setAt(0);
    search.start(wanted ? wantedOf(room, words, narrow) : {});
  }, [search, room, words, narrow, wanted]);
  useEffect(() => {
    setFault(undefined);
    if (hit !== undefined)
      session.jumpTo(room, hit).catch((thrown: unknown) => setFault(faultText(faultOf(thrown))));
  }, [session, room, hit]);
  useHighlight(hit, words);

  function go(step: number): void {
    const next = at + step;
    if (next < 0 || next >= found.length) return;
    setAt(next);
    if (next >= found.length - ahead) void search.next();
  }

  const problem = search.fault.value === undefined ? fault : faultText(search.fault.value);
  return (
    // Escape closes it; the button does the same.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      class={css.search}
      role="search"
      onKeyDown={(e) => {
        if (e.key !== "Escape" || e.isComposing) return;
        e.preventDefault(); // the room itself stays open
        onClose();
      }}
    >
      <h1 class="unseen">{roomTitle(session, room)}</h1>
      <div class={css.line}>
        <IconButton icon="back" label={t("search.close")} onClick={onClose} />
        <div class={css.field}>
          <Icon name="search" size={18} />
          <input
            ref={field}
            type="search"
            aria-label={t("about.search")}
            placeholder={t("about.search")}
            value={words}
            onInput={(e) => setWords(e.currentTarget.value)}
            onKeyDown={(e) => {
              if (e.isComposing) return;
              if (e.key === "Enter") go(e.shiftKey ? -1 : 1);
            }}
          />
        </div>
        <IconButton
          icon="filter"
          label={t("search.filters")}
          aria-expanded={filters}
          onClick={() => setFilters(!filters)}
        />
      </div>
      {filters && <SearchFilters room={room} narrow={narrow} onNarrow={setNarrow} />}
      {wanted && (
        <div class={css.line}>
          <p class={css.count} role="status">
            {problem ?? countText(search.busy.value, found.length, at, search.more.value)}
          </p>
          <IconButton
            icon="up"
            label={t("search.older")}
            disabled={at + 1 >= found.length}
            onClick={() => go(1)}
          />
          <IconButton icon="down" label={t("search.newer")} disabled={at === 0} onClick={() => go(-1)} />
        </div>
      )}
    </div>
  );
}

function countText(busy: boolean, count: number, at: number, more: boolean): string {
  if (count === 0) return t(busy ? "search.busy" : "search.nothing");
  return t("search.nth", { n: at + 1, of: `${count}${more ? "+" : ""}` });
}

/** The question to the server: a day is what it is where the reader lives. */
function wantedOf(room: LiveRoom, q: string, { sender, kind, day }: Narrow): Wanted {
  const wanted: Wanted = { room_id: room.id, q };
  if (sender !== undefined && sender !== "") wanted.sender_id = sender;
  if (kind !== undefined && kind !== "") wanted.kind = kind;
  if (day !== undefined && day !== "") {
    wanted.since = new Date(`${day}T00:00:00`).toISOString();
    wanted.until = new Date(`${day}T23:59:59.999`).toISOString();
  }
  return wanted;
}
