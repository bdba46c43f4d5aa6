import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { matching } from "../friends/matching";
import type { Found } from "../net/api";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { calledName } from "../store/people";
import type { Session } from "../store/session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { shortTime } from "../text/dates";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { Empty } from "../ui/Empty";
import { useWork } from "../ui/useWork";
import type { Friend, ID } from "../wire/types";
import { Marked } from "./Marked";
import { RoomAvatar } from "./RoomAvatar";
import css from "./SearchResults.module.css";
import { nameOf, others, roomTitle } from "./names";
import { timeOf } from "./rows";
import { messageText } from "./sentences";

/** So many rooms and people are shown at first. */
const few = 4;

/** What was found everywhere: rooms, people, and messages by room. */
export default function SearchResults({ wanted }: { wanted: string }) {
  const session = useSession();
  const [search] = useState(() => session.search());
  useEffect(() => search.start({ q: wanted }), [search, wanted]);
  useEffect(() => () => search.stop(), [search]);
  const rooms = roomsNamed(session, wanted);
  const direct = new Set(rooms.map((r) => partner(session, r)));
  const people = matching(session.people.friends.value ?? [], wanted).filter((f) => !direct.has(f.id));
  const found = search.found.value;
  const nothing = rooms.length + people.length + found.length === 0 && !search.busy.value;
  return (
    <div class={css.results} aria-busy={search.busy.value}>
      <p class="unseen" role="status">
        {search.busy.value ? "" : t("search.found", { n: rooms.length + people.length + found.length })}
      </p>
      <Few title={t("search.rooms")} items={rooms}>
        {(room) => <RoomHit key={room.id} room={room} wanted={wanted} />}
      </Few>
      <Few title={t("search.people")} items={people}>
        {(friend) => <PersonHit key={friend.id} friend={friend} wanted={wanted} />}
      </Few>
      {found.length > 0 && <h2 class={css.heading}>{t("search.messages")}</h2>}
      {byRoom(found).map(([id, hits]) => (
        <RoomHits key={id} id={id} hits={hits} wanted={wanted} />
      ))}
      {search.busy.value && <p class={css.busy}>{t("search.busy")}</p>}
      {search.fault.value !== undefined && (
        <p class={css.error} role="alert">
          {faultText(search.fault.value)}
        </p>
      )}
      {search.more.value && !search.busy.value && (
        <p class={css.more}>
          <Button onClick={() => void search.next()}>{t("search.more")}</Button>
        </p>
      )}
      {nothing && search.fault.value === undefined && (
        <Empty icon="search" title={t("search.nothing")} text={t("search.nothing-about")} />
      )}
    </div>
  );
}

/** The rooms whose title or members hold what was written. */
function roomsNamed(session: Session, wanted: string): readonly LiveRoom[] {
  const named = session.rooms.list.value.map((room) => ({
    room,
    name: roomTitle(session, room),
    nickname: others(session, room)
      .map((p) => p.name)
      .join("\n"),
  }));
  return matching(named, wanted).map((n) => n.room);
}

/** The other person of a direct room. */
function partner(session: Session, room: LiveRoom): ID | undefined {
  return room.info.value.kind === "direct" ? others(session, room)[0]?.id : undefined;
}

function byRoom(found: readonly Found[]): [ID, Found[]][] {
  const rooms = new Map<ID, Found[]>();
  for (const f of found) rooms.set(f.room_id, [...(rooms.get(f.room_id) ?? []), f]);
  return [...rooms];
}

interface FewProps<T> {
  title: string;
  items: readonly T[];
  children: (item: T) => ComponentChildren;
}

/** The first few of a list, and all of them on demand. */
function Few<T>({ title, items, children }: FewProps<T>) {
  const [all, setAll] = useState(false);
  if (items.length === 0) return null;
  return (
    <section>
      <h2 class={css.heading}>{title}</h2>
      <ul>{items.slice(0, all ? items.length : few).map(children)}</ul>
      {!all && items.length > few && (
        <p class={css.more}>
          <Button onClick={() => setAll(true)}>{t("search.all", { n: items.length })}</Button>
        </p>
      )}
    </section>
  );
}

function RoomHit({ room, wanted }: { room: LiveRoom; wanted: string }) {
  const session = useSession();
  const { kind, member_count } = room.info.value;
  return (
    <li>
      <a class={css.row} href={`/rooms/${room.id}`}>
        <RoomAvatar room={room} />
        <span class={css.words}>
          <strong>
            <Marked text={roomTitle(session, room)} wanted={wanted} />
          </strong>
          {kind === "group" && <span class={css.sub}>{t("room.members", { n: member_count })}</span>}
        </span>
      </a>
    </li>
  );
}

function PersonHit({ friend, wanted }: { friend: Friend; wanted: string }) {
  const session = useSession();
  const { route } = useLocation();
  const { busy, fault, run } = useWork();
  return (
    <li>
      <button
        type="button"
        class={css.row}
        disabled={busy}
        onClick={() => run(async () => route(`/rooms/${(await session.createRoom([friend.id])).id}`))}
      >
        <Avatar id={friend.id} name={calledName(friend)} />
        <span class={css.words}>
          <strong>
            <Marked text={calledName(friend)} wanted={wanted} />
          </strong>
          <span class={css.sub}>
            {fault === undefined ? (friend.status_message ?? friend.handle ?? "") : faultText(fault)}
          </span>
        </span>
      </button>
    </li>
  );
}

/** What was found in one room; a tap leads to the message there. */
function RoomHits({ id, hits, wanted }: { id: ID; hits: readonly Found[]; wanted: string }) {
  const session = useSession();
  const room = session.rooms.get(id);
  if (room === undefined) return null;
  return (
    <section class={css.room}>
      <h3>
        <RoomAvatar room={room} />
        <span>{roomTitle(session, room)}</span>
        <small>{hits.length}</small>
      </h3>
      <ul>
        {hits.map(({ entry }) => (
          <li key={entry.seq}>
            <a
              class={css.hit}
              href={`/rooms/${id}?at=${entry.seq}`}
              // The address may be this one already.
              onClick={() => void session.jumpTo(room, entry.seq).catch(() => undefined)}
            >
              <span class={css.words}>
                <span class={css.who}>{nameOf(session, entry.sender_id)}</span>
                <span class={css.text}>
                  <Marked text={messageText(entry)} wanted={wanted} />
                </span>
              </span>
              <time dateTime={entry.created_at}>{shortTime(timeOf(entry))}</time>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
