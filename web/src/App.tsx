import { Suspense, lazy } from "preact/compat";
import { useEffect } from "preact/hooks";
import { LocationProvider, useLocation } from "preact-iso/router";
import { RoomList } from "./chat/RoomList";
import { type Place, placeOf } from "./places";
import { SessionProvider, useSession } from "./session";
import type { Session } from "./store/session";
import { SignIn } from "./sign-in/SignIn";
import { closest, language, speak, t } from "./text";
import css from "./App.module.css";
import { Nav } from "./ui/Nav";
import { Empty, Skeleton } from "./ui/Empty";
import { Connection } from "./ui/Connection";
import { NewDevices } from "./settings/NewDevices";

// What is not needed to see a list comes when it is opened.
const Room = lazy(() => import("./chat/RoomScreen"));
const NewRoom = lazy(() => import("./chat/NewRoom"));
const FriendsScreen = lazy(() => import("./friends/FriendsScreen"));
const Settings = lazy(() => import("./settings/SettingsScreen"));
const Invite = lazy(() => import("./chat/InviteScreen"));

export function App({ session }: { session: Session }) {
  return (
    <SessionProvider value={session}>
      <LocationProvider scope={/^\/($|friends|rooms|settings|setup|invite)/}>
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
  }, [language()]);
  useEffect(() => {
    const n = session.rooms.unread.value;
    document.title = n > 0 ? `(${n > 999 ? "999+" : n}) ${t("app.name")}` : t("app.name");
  }, [session.rooms.unread.value, language()]);
  useEffect(() => {
    if (phase === "signed-in" && place.name === "setup") route("/friends", true);
  }, [phase, place.name]);

  if (place.name === "nowhere") return <Nowhere />;
  if (phase === "signed-out") return <SignIn setup={place.name === "setup" ? setupToken() : undefined} />;
  if (phase === "starting") return <Starting />;
  return <Shell place={place} />;
}

/** The token of a set-up link stands behind #, which browsers do not send anywhere. */
function setupToken(): string | undefined {
  const token = location.hash.slice(1);
  return token === "" ? undefined : token;
}

/** The list and, beside or instead of it, what was chosen there. */
function Shell({ place }: { place: Place }) {
  const detail = place.name === "room" || place.name === "invite";
  return (
    <div class={css.shell} data-shows={detail ? "detail" : "list"}>
      <Nav place={place.name} />
      {/* What fills the screen of a phone is the main part; beside it, the other is a region. */}
      <div class={css.list} role={detail ? "region" : "main"} aria-label={t("list")}>
        <Connection />
        <NewDevices />
        <Suspense fallback={<Skeleton rows={6} label={t("loading")} />}>
          <List place={place} />
        </Suspense>
      </div>
      <div class={css.detail} role={detail ? "main" : "region"} aria-label={t("detail")}>
        <Suspense fallback={<Skeleton rows={6} label={t("loading")} />}>
          <Detail place={place} />
        </Suspense>
      </div>
    </div>
  );
}

function List({ place }: { place: Place }) {
  switch (place.name) {
    case "friends":
      return <FriendsScreen />;
    case "settings":
      return <Settings />;
    case "new-room":
      return <NewRoom />;
    default:
      return <RoomList open={place.name === "room" ? place.id : undefined} />;
  }
}

function Detail({ place }: { place: Place }) {
  if (place.name === "room") return <Room key={place.id} id={place.id} />;
  if (place.name === "invite") return <Invite token={place.token} />;
  return <Empty icon="rooms" title={t("rooms.choose")} text={t("rooms.choose-about")} />;
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
