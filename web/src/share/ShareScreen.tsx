import { Suspense, lazy } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { RoomAvatar } from "../chat/RoomAvatar";
import { roomTitle } from "../chat/names";
import type { Outbound } from "../media/messages";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { Empty, Skeleton } from "../ui/Empty";
import { Icon } from "../ui/Icon";
import { Pane } from "../ui/Pane";
import { SharedThings } from "./SharedThings";
import css from "./Share.module.css";
import { type Shared, forgetShared, readShared } from "./shared";

const SendFiles = lazy(() => import("../media/SendFiles"));

/** Puts what another program shared into a room: files after a look at them, words where one writes. */
export default function ShareScreen() {
  const session = useSession();
  const { route } = useLocation();
  const [shared, setShared] = useState<Shared | "nothing">();
  const [room, setRoom] = useState<LiveRoom>();
  useEffect(() => {
    void readShared().then((found) => setShared(found ?? "nothing"));
  }, []);

  function choose(to: LiveRoom): void {
    if (shared === undefined || shared === "nothing") return;
    if (shared.files.length > 0) setRoom(to);
    else void arrive(to, shared.text);
  }

  async function arrive(to: LiveRoom, text: string): Promise<void> {
    if (text !== "") {
      const begun = session.begun.in(to.id).peek()?.text ?? "";
      session.begun.write(to.id, begun === "" ? text : `${begun}\n${text}`);
    }
    await forgetShared();
    route(`/rooms/${to.id}`, true);
  }

  return (
    <Pane
      title={t("share.title")}
      before={
        <a class="icon-link" href="/rooms" aria-label={t("back")} onClick={() => void forgetShared()}>
          <Icon name="back" />
        </a>
      }
    >
      {shared === undefined && <Skeleton rows={6} label={t("loading")} />}
      {shared === "nothing" && (
        <Empty icon="rooms" title={t("share.nothing")} text={t("share.nothing-about")} />
      )}
      {shared !== undefined && shared !== "nothing" && (
        <>
          <SharedThings shared={shared} />
          <ul aria-label={t("rooms.title")}>
            {session.rooms.list.value.map((to) => (
              <li key={to.id}>
                <button type="button" class={css.row} onClick={() => choose(to)}>
                  <RoomAvatar room={to} />
                  <span>{roomTitle(session, to)}</span>
                </button>
              </li>
            ))}
          </ul>
          {room !== undefined && (
            <Suspense fallback={null}>
              <SendFiles
                files={shared.files}
                to={roomTitle(session, room)}
                onClose={() => setRoom(undefined)}
                onSend={(messages: readonly Outbound[]) => {
                  for (const { content, files } of messages)
                    session.writing.sendFiles(room.id, content, files);
                  void arrive(room, shared.text);
                }}
              />
            </Suspense>
          )}
        </>
      )}
    </Pane>
  );
}
