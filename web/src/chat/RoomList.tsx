import { Suspense, lazy } from "preact/compat";
import { useCallback, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { Virtualizer } from "virtua";
import { faultOf } from "../net/fault";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import type { Session } from "../store/session";
import { muted } from "../store/rooms";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Empty, Skeleton } from "../ui/Empty";
import { Icon } from "../ui/Icon";
import type { Point } from "../ui/Menu";
import { Pane } from "../ui/Pane";
import { Search } from "../ui/Search";
import { useStable } from "../ui/useStable";
import { toast } from "../ui/Toast";
import { RoomFilters, filtered } from "./RoomFilters";
import css from "./RoomList.module.css";
import { type RoomAct, RoomRow } from "./RoomRow";
import { putBack } from "./useSwipe";

const RoomMenu = lazy(() => import("./RoomMenu"));
const SearchResults = lazy(() => import("./SearchResults"));

/** Longer lists keep only what is near the window in the page. */
const virtualFrom = 80;

/** The conversations: pinned ones first, then the latest; and the search over all of them. */
export function RoomList({ open }: { open: string | undefined }) {
  const session = useSession();
  const [wanted, setWanted] = useState("");
  const body = useRef<HTMLDivElement>(null);
  const loaded = session.rooms.loaded.value;
  const rooms = useStable(() => session.rooms.list.value.filter((r) => listed(session, r, open)), [open]);
  const shown = useStable(() => filtered(rooms, open), [rooms, open]);
  return (
    <Pane
      title={t("rooms.title")}
      bodyRef={body}
      actions={
        <a class="icon-link" href="/rooms/new" aria-label={t("rooms.new")} title={t("rooms.new")}>
          <Icon name="plus" />
        </a>
      }
      top={
        <>
          <Search label={t("rooms.search")} value={wanted} onValue={setWanted} />
          {wanted.trim() === "" && rooms.length > 0 && <RoomFilters />}
        </>
      }
    >
      {!loaded && rooms.length === 0 && <Skeleton rows={7} label={t("loading")} />}
      {wanted.trim() !== "" && (
        <Suspense fallback={<Skeleton rows={4} label={t("loading")} />}>
          <SearchResults wanted={wanted} />
        </Suspense>
      )}
      {wanted.trim() === "" && loaded && rooms.length === 0 && (
        <Empty icon="rooms" title={t("rooms.none")} text={t("rooms.none-about")}>
          <a class="link-button" href="/friends">
            {t("rooms.to-friends")}
          </a>
        </Empty>
      )}
      {wanted.trim() === "" && rooms.length > 0 && <List rooms={shown} open={open} scroll={body} />}
    </Pane>
  );
}

/** A direct room in which nothing is written does not stand in the way. */
function listed(session: Session, room: LiveRoom, open: string | undefined): boolean {
  const { kind, last_message } = room.info.value;
  const empty = last_message === undefined && session.begun.in(room.id).value === undefined;
  return kind !== "direct" || !empty || room.id === open;
}

interface ListProps {
  rooms: readonly LiveRoom[];
  open: string | undefined;
  scroll: { readonly current: HTMLDivElement | null };
}

function List({ rooms, open, scroll }: ListProps) {
  const session = useSession();
  const { path, route } = useLocation();
  const [menu, setMenu] = useState<{ room: LiveRoom; act: RoomAct; at?: Point }>();

  async function act(room: LiveRoom, what: RoomAct, at?: Point): Promise<void> {
    const info = room.info.peek();
    try {
      if (what === "pin") await session.updateRoom(room, { pinned: info.pinned !== true });
      else if (what === "read") session.read(room);
      else if (what === "mute" && muted(info)) await session.updateRoom(room, { mute: "off" });
      else setMenu({ room, act: what, ...(at === undefined ? {} : { at }) });
    } catch (thrown) {
      toast(faultText(faultOf(thrown)));
    }
  }

  // Always the same function, so that a row is drawn anew only for what happens in its room.
  const latest = useRef(act);
  latest.current = act;
  const onAct = useCallback(
    (room: LiveRoom, what: RoomAct, at?: Point) => void latest.current(room, what, at),
    [],
  );
  const row = (room: LiveRoom) => <RoomRow key={room.id} room={room} open={room.id === open} onAct={onAct} />;
  return (
    <>
      {rooms.length === 0 && <p class={css.nothing}>{t("rooms.none-such")}</p>}
      {rooms.length > 0 && rooms.length <= virtualFrom && (
        <ul aria-label={t("rooms.title")}>
          {rooms.map((room) => (
            <li key={room.id}>{row(room)}</li>
          ))}
        </ul>
      )}
      {rooms.length > virtualFrom && (
        <div role="list" aria-label={t("rooms.title")}>
          <Virtualizer scrollRef={scroll} data={rooms} onScroll={putBack}>
            {(room) => (
              <div role="listitem" key={room.id}>
                {row(room)}
              </div>
            )}
          </Virtualizer>
        </div>
      )}
      {menu !== undefined && (
        <Suspense fallback={null}>
          <RoomMenu
            {...menu}
            onAct={(what) => void act(menu.room, what)}
            onClose={() => setMenu(undefined)}
            onLeft={() => {
              if (path.endsWith(menu.room.id)) route("/rooms", true);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
