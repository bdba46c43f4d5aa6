import "./ui/base.css";
import { render } from "preact";
import { App } from "./App";
import { IndexedShelf } from "./device/shelf";
import { noteNamed } from "./device/note";
import { browserTabs } from "./device/tabs";
import { jobs } from "./media/jobs";
import { transport } from "./media/transport";
import { requests } from "./net/http";
import { catchInstallPrompt } from "./pwa/install";
import { lookForVersion, startWorker } from "./pwa/worker";
import { deviceName } from "./sign-in/steps";
import { Session } from "./store/session";
import { restoreLook } from "./ui/look";
import { language, speak, wanted } from "./text";

const session = new Session({
  line: () => {
    const address = new URL("/v1/ws", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(address);
  },
  request: requests((url, init) => fetch(url, init)),
  hello: () => ({
    device: { client: deviceName(navigator.userAgent) },
    language: language(),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }),
  shelf: new IndexedShelf(),
  note: noteNamed("begun"),
  tabs: browserTabs(),
  transport,
  jobs,
});

// A sleeping laptop or a changed network leaves lines that look alive.
addEventListener("online", () => session.wake());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") session.wake();
  else void session.rest();
});

// A server that was away may be back with a new version.
session.connection.subscribe((state) => {
  if (state.name === "online") lookForVersion();
});
catchInstallPrompt();
// What the page needs itself goes first.
addEventListener("load", () => void startWorker());

async function main(): Promise<void> {
  restoreLook();
  session.start();
  await speak(wanted());
  const root = document.getElementById("app");
  if (root !== null) render(<App session={session} />, root);
}

void main();
