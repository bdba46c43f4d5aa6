import { Suspense, lazy } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { LocationProvider, useLocation } from "preact-iso/router";
import { RoomList } from "./chat/RoomList";
import { roomTitle } from "./chat/names";
import { headOfMain, useFocusKept } from "./keys/useFocusKept";
import { useShortcuts } from "./keys/useShortcuts";
import { useNoPush, usePush } from "./push/usePush";
import { newVersion } from "./pwa/worker";
import { type Place, isDetail, placeOf, tabOf } from "./places";
import { SessionProvider, useSession } from "./session";
import type { Phase, Session } from "./store/session";
import { SignIn } from "./sign-in/SignIn";
import { closest, language, speak, t } from "./text";
import css from "./App.module.css";
import { Nav, titles } from "./ui/Nav";
import { Empty, Skeleton } from "./ui/Empty";
import { Connection } from "./ui/Connection";
import { SidePane } from "./ui/SidePanel";
import { wide } from "./ui/width";
import { Toasts } from "./ui/Toast";
import { NewDevices } from "./settings/NewDevices";

// What is not needed to see a list comes when it is opened.
const Room = lazy(() => import("./chat/RoomScreen"));
const NewRoom = lazy(() => import("./chat/NewRoom"));
const FriendsScreen = lazy(() => import("./friends/FriendsScreen"));
const Share = lazy(() => import("./share/ShareScreen"));
const Plus = lazy(() => import("./plus/PlusScreen"));
const More = lazy(() => import("./settings/MoreScreen"));
const MorePart = lazy(() => import("./settings/MorePart"));
const Invite = lazy(() => import("./chat/InviteScreen"));
const NewVersion = lazy(() => import("./pwa/NewVersion"));
const Offer = lazy(() => import("./push/Offer"));
const Shortcuts = lazy(() => import("./keys/ShortcutsSheet"));

export function App({ session }: { session: Session }) {
  return (
    <SessionProvider value={session}>
      <LocationProvider scope={/^\/($|@|friends|add|rooms|plus|more|settings|share|setup|invite)/}>
        <Everything />
      </LocationProvider>
    </SessionProvider>
  );
}

function Everything() {
  const session = useSession();
  const { path, route } = useLocation();
  const place = placeOf(path);
  const phase = session.phase.value;
  const spoken = session.me.value?.language;

  useEffect(() => {
    if (spoken !== undefined && spoken !== "" && closest([spoken]) !== language())
      void speak(closest([spoken]));
  }, [spoken]);
  useEffect(() => {
    document.documentElement.lang = language();
    // An installed client has the name and the shortcuts of its manifest.
    document.querySelector("link[rel=manifest]")?.setAttribute("href", `/manifest.${language()}.webmanifest`);
  }, [language()]);
  useEffect(() => {
    if (phase === "signed-in" && place.name === "setup") route("/friends", true);
  }, [phase, place.name]);

  useNoPush(session.connection.value.name === "signed-out");

  return (
    <>
      <Title place={place} />
      <Screen place={place} phase={phase} path={path} />
    </>
  );
}

function Screen({ place, phase, path }: { place: Place; phase: Phase; path: string }) {
  if (place.name === "nowhere") return <Nowhere />;
  if (phase === "signed-out") return <SignIn setup={place.name === "setup" ? setupToken() : undefined} />;
  if (phase === "starting") return <Starting />;
  return <Shell place={place} path={path} />;
}

/** Changes with every message, and so stands apart from the screen. */
function Title({ place }: { place: Place }) {
  const title = titleOf(useSession(), place);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return null;
}

/** The token of a set-up link stands behind #, which browsers do not send anywhere. */
function setupToken(): string | undefined {
  const token = location.hash.slice(1);
  return token === "" ? undefined : token;
}

/** What the window is called: how much is unread, where one is, and the name of all this. */
function titleOf(session: Session, place: Place): string {
  const name = t("app.name");
  if (session.phase.value !== "signed-in" || place.name === "nowhere") return name;
  const n = session.rooms.unread.value;
  const room = place.name === "room" ? session.rooms.get(place.id) : undefined;
  const here = room === undefined ? t(titles[tabOf(place)]) : roomTitle(session, room);
  return `${n > 0 ? `(${n > 999 ? "999+" : n}) ` : ""}${here} · ${name}`;
}

/** The list and, beside or instead of it, what was chosen there; on the widest screens what is said about that. */
function Shell({ place, path }: { place: Place; path: string }) {
  const session = useSession();
  const detail = isDetail(place);
  const [help, setHelp] = useState(false);
  useFocusKept(path);
  useShortcuts(() => setHelp(true));
  return (
    <div class={css.shell} data-shows={detail ? "detail" : "list"}>
      <a
        class={css.skip}
        href="#main"
        onClick={(e) => {
          e.preventDefault();
          headOfMain()?.focus();
        }}
      >
        {t("skip")}
      </a>
      <div class={css.news}>
        <NewDevices />
        {newVersion.value !== undefined && (
          <Suspense fallback={null}>
            <NewVersion />
          </Suspense>
        )}
        {session.writing.sent.value > 0 && (
          <Suspense fallback={null}>
            <Offer />
          </Suspense>
        )}
      </div>
      <Nav tab={tabOf(place)} />
      {/* What fills the screen of a phone is the main part; beside it, the other is a region. */}
      <div
        class={css.list}
        id={detail ? undefined : "main"}
        role={detail ? "region" : "main"}
        aria-label={t("list")}
      >
        <Connection />
        <Suspense fallback={<Skeleton rows={6} label={t("loading")} />}>
          <List place={place} />
        </Suspense>
      </div>
      <div
        class={css.detail}
        id={detail ? "main" : undefined}
        role={detail ? "main" : "region"}
        aria-label={t("detail")}
      >
        <Suspense fallback={<Skeleton rows={6} label={t("loading")} />}>
          <Detail place={place} />
        </Suspense>
      </div>
      <SidePane />
      {help && (
        <Suspense fallback={null}>
          <Shortcuts onClose={() => setHelp(false)} />
        </Suspense>
      )}
      <Toasts />
      <Pushed room={place.name === "room" ? place.id : undefined} />
    </div>
  );
}

/** Follows the number of unread messages, and so stands apart from the screen. */
function Pushed({ room }: { room: string | undefined }) {
  usePush(room);
  return null;
}

function List({ place }: { place: Place }) {
  if (place.name === "new-room") return <NewRoom />;
  if (place.name === "share") return <Share />;
  switch (tabOf(place)) {
    case "friends":
      return <FriendsScreen handle={place.name === "person" ? place.handle : undefined} />;
    case "plus":
      return <Plus />;
    case "more":
      return <More open={place.name === "more-part" ? place.part : undefined} />;
    case "rooms":
      return <RoomList open={place.name === "room" ? place.id : undefined} />;
  }
}

function Detail({ place }: { place: Place }) {
  switch (place.name) {
    case "room":
      return <Room key={place.id} id={place.id} />;
    case "invite":
      return <Invite token={place.token} />;
    case "more-part":
      return <MorePart part={place.part} />;
    default:
      if (!wide.value) return null;
      return <Empty icon="rooms" title={t("rooms.choose")} text={t("rooms.choose-about")} />;
  }
}

function Starting() {
  return (
    <main class={css.starting} aria-busy="true">
      <Connection />
      <img src="/icon.svg" alt="" width="72" height="72" />
      <p class="unseen" role="status">
        {t("loading")}
      </p>
    </main>
  );
}

function Nowhere() {
  return (
    <main class={css.starting}>
      <Empty whole icon="search" title={t("nowhere.title")} text={t("nowhere.about")}>
        <a class="link-button" href="/rooms">
          {t("nowhere.home")}
        </a>
      </Empty>
    </main>
  );
}
