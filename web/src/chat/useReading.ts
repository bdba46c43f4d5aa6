import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { LiveRoom } from "../store/live-room";
import type { Session } from "../store/session";

/** Marks the room as read while it is open in a page that can be seen. */
export function useReading(session: Session, room: LiveRoom, loaded: boolean): void {
  const [visible, setVisible] = useState(document.visibilityState === "visible");
  useEffect(() => {
    const look = (): void => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  // At once with each message, before anything is drawn: nothing shows a number that falls again.
  useEffect(() => {
    if (!visible || !loaded) return undefined;
    return effect(() => {
      if (room.info.value.head_seq > 0) session.read(room);
    });
  }, [session, room, visible, loaded]);
}
