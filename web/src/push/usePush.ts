import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import { language, t } from "../text";
import { forgetPush, lookAtPush, showBadge, takeBack } from "./push";

/** What the worker says to the page. */
type Message = { type: "open"; path: string } | { type: "wake" };

/** What the system shows may be behind by this. */
const soonMs = 250;

/** Keeps what the system shows of us in step with what the page knows. `room` is the one that is open. */
export function usePush(room: string | undefined): void {
  const session = useSession();
  const { route } = useLocation();
  const unread = session.rooms.unread.value;
  const loaded = session.rooms.loaded.value;

  useEffect(() => {
    // What cannot be found out now is looked at again at the next start.
    lookAtPush(session.api).catch(() => undefined);
  }, [session]);

  useEffect(() => {
    if (!loaded) return undefined;
    // Many messages at once are shown as one number, and taken back together.
    const timer = setTimeout(() => showBadge(unread), soonMs);
    return () => clearTimeout(timer);
  }, [unread, loaded]);

  useEffect(() => {
    const { serviceWorker } = navigator;
    const words = { read: t("push.read") };
    void serviceWorker?.ready.then((r) => r.active?.postMessage({ type: "words", words }));
  }, [language()]);

  useEffect(() => {
    if (room === undefined) return undefined;
    const look = (): void => {
      if (document.visibilityState === "visible") takeBack(room).catch(() => undefined);
    };
    const timer = setTimeout(look, soonMs);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [room, unread]);

  useEffect(() => {
    const { serviceWorker } = navigator;
    const listen = (event: MessageEvent): void => {
      const message = event.data as Message;
      session.wake();
      if (message.type === "open") route(message.path);
    };
    serviceWorker?.addEventListener("message", listen);
    return () => serviceWorker?.removeEventListener("message", listen);
  }, [session]);
}

/** Nobody is signed in: nothing is to be shown to whoever comes next. */
export function useNoPush(signedOut: boolean): void {
  useEffect(() => {
    if (!signedOut) return;
    showBadge(0);
    forgetPush().catch(() => undefined);
  }, [signedOut]);
}
