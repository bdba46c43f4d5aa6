import { useComputed } from "@preact/signals";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { listed } from "../text/lists";
import { faultText } from "../text/faults";
import { Connection } from "../ui/Connection";
import { IconButton } from "../ui/Button";
import { Empty, Skeleton } from "../ui/Empty";
import { Icon } from "../ui/Icon";
import { usePanel } from "../ui/SidePanel";
import { widest } from "../ui/width";
import { useWork } from "../ui/useWork";
import type { Entry, ID } from "../wire/types";
import { Composer, type Intent } from "./Composer";
import { MessageList } from "./MessageList";
import { MessageSheet } from "./MessageSheet";
import { Alone } from "./Alone";
import { NoticeBanner } from "./NoticeBanner";
import { RoomAvatar } from "./RoomAvatar";
import { RoomSearch } from "./RoomSearch";
import { RoomSheet } from "./RoomSheet";
import css from "./RoomScreen.module.css";
import { SelectionBar } from "./SelectionBar";
import { nameOf, roomTitle } from "./names";
import { type Picked, turned } from "./selection";
import { useReading } from "./useReading";

/** An open room, or why there is none. */
export default function RoomScreen({ id }: { id: ID }) {
  const session = useSession();
  const room = session.rooms.get(id);
  // The name of a room that is gone while it is looked at.
  const name = useRef<string>(undefined);
  if (room !== undefined) name.current = roomTitle(session, room);
  if (room !== undefined) return <OpenRoom key={id} room={room} />;
  if (!session.rooms.loaded.value) return <Skeleton rows={6} label={t("loading")} />;
  return (
    <Empty
      whole
      icon="rooms"
      title={name.current === undefined ? t("room.unknown") : t("room.out", { name: name.current })}
      text={t(name.current === undefined ? "room.unknown-about" : "room.out-about")}
    >
      <a class="link-button" href="/rooms">
        {t("nowhere.home")}
      </a>
    </Empty>
  );
}

function OpenRoom({ room }: { room: LiveRoom }) {
  const session = useSession();
  const { fault, run } = useWork();
  const [about, setAbout] = usePanel();
  const [chosen, setChosen] = useState<Entry>();
  const [picked, setPicked] = useState<Picked>();
  const [searching, setSearching] = useState<boolean>();
  const [intent, setIntent] = useState<Intent>({ name: "write" });
  // The line "read until here" stays where it was when the room was opened.
  const readTo = useRef(room.unread.peek() > 0 ? room.info.peek().read_seq : undefined).current;
  const log = room.shown.value;
  // The rows of the list are drawn anew only when they change, and this is a part of them.
  const choose = useRef<(entry: Entry) => void>(setChosen);
  choose.current = picked === undefined ? setChosen : (entry) => setPicked(turned(picked, entry));
  const onChoose = useCallback((entry: Entry) => choose.current(entry), []);

  useEffect(
    () => () => {
      session.leave(room.id);
      session.toNewest(room);
    },
    [session, room],
  );
  useEffect(() => {
    void run(() => session.open(room));
  }, [session, room, room.log.value === undefined]);
  // An address may name a message, as /rooms/0190…?at=17.
  const at = Number(useLocation().query["at"] ?? 0);
  useEffect(() => {
    if (at > 0) void run(() => session.jumpTo(room, at));
  }, [session, room, at]);
  // What was begun as an answer goes on as one.
  const answered = useComputed(() => session.begun.in(room.id).value?.reply_to).value;
  const to = answered === undefined ? undefined : log?.get(answered);
  useEffect(() => {
    if (to !== undefined && intent.name === "write") setIntent({ name: "reply", to });
  }, [to?.seq]);
  useReading(session, room, log !== undefined);

  const jump = (seq: number): void => void run(() => session.jumpTo(room, seq));

  return (
    <div class={css.room}>
      {searching === true ? (
        <RoomSearch room={room} onClose={() => setSearching(false)} />
      ) : (
        <RoomHeader
          room={room}
          searched={searching === false}
          onSearch={() => setSearching(true)}
          onAbout={() => setAbout(!about)}
        />
      )}
      <div class={css.phoneOnly}>
        <Connection />
      </div>
      <NoticeBanner room={room} onJump={jump} />
      <Alone room={room} />
      {log !== undefined && (
        <MessageList
          key={room.jump.value?.list}
          room={room}
          log={log}
          readTo={readTo}
          onChoose={onChoose}
          picked={picked}
          onReply={(entry) => setIntent({ name: "reply", to: entry })}
        />
      )}
      {log === undefined && fault === undefined && <Skeleton rows={6} label={t("loading")} />}
      {log === undefined && fault !== undefined && (
        <Empty icon="warning" title={t("room.cannot-load")} text={faultText(fault)} />
      )}
      <Typing room={room} />
      {picked === undefined ? (
        <Composer key={room.id} room={room} intent={intent} onIntent={setIntent} />
      ) : (
        <SelectionBar room={room} picked={picked} onClose={() => setPicked(undefined)} />
      )}
      {about && (
        <RoomSheet
          room={room}
          onClose={() => setAbout(false)}
          onSearch={() => {
            if (!widest.value) setAbout(false);
            setSearching(true);
          }}
          onJump={(seq) => {
            if (!widest.value) setAbout(false);
            jump(seq);
          }}
        />
      )}
      {chosen !== undefined && (
        <MessageSheet
          room={room}
          entry={chosen}
          onClose={() => setChosen(undefined)}
          onIntent={setIntent}
          onSelect={() => {
            setChosen(undefined);
            setPicked(turned(new Map(), chosen));
          }}
        />
      )}
    </div>
  );
}

interface HeaderProps {
  room: LiveRoom;
  /** The search was closed: the focus goes back to where it was opened. */
  searched: boolean;
  onSearch: () => void;
  onAbout: () => void;
}

function RoomHeader({ room, searched, onSearch, onAbout }: HeaderProps) {
  const session = useSession();
  const search = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (searched) search.current?.focus();
  }, []);
  const kind = room.kind.value;
  return (
    <div class={css.head}>
      <a class={`icon-link ${css.back}`} href="/rooms" aria-label={t("back")}>
        <Icon name="back" />
      </a>
      <RoomAvatar room={room} />
      <div class={css.title}>
        <h1>{roomTitle(session, room)}</h1>
        {kind === "group" && <p>{t("room.members", { n: room.memberCount.value })}</p>}
      </div>
      <IconButton buttonRef={search} icon="search" label={t("about.search")} onClick={onSearch} />
      <IconButton icon="menu" label={t("room.about")} onClick={onAbout} />
    </div>
  );
}

function Typing({ room }: { room: LiveRoom }) {
  const session = useSession();
  const names = [...room.typing.value.keys()].map((id) => nameOf(session, id));
  return (
    <p class={css.typing} role="status">
      {names.length > 0 && t("room.typing", { names: listed(names.slice(0, 3)), n: names.length })}
    </p>
  );
}
