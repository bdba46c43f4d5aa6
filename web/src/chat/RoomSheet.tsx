import { useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { SidePanel } from "../ui/SidePanel";
import { LeaveRoom } from "./LeaveRoom";
import css from "./RoomSheet.module.css";
import { InviteLinkSheet } from "./about/InviteLinkSheet";
import { InviteSheet } from "./about/InviteSheet";
import { Members } from "./about/Members";
import { QuickActions } from "./about/QuickActions";
import { RoomHead } from "./about/RoomHead";
import { RoomMedia, Shared } from "./about/RoomMedia";

/** What can be looked at in the panel, or over it. */
type View = "about" | "media" | "invite" | "link" | "leave";

interface Props {
  room: LiveRoom;
  onClose: () => void;
  onSearch: () => void;
  /** Shows a message of the room. */
  onJump: (seq: number) => void;
}

/** Who is in a room, what was shared there, and what can be set or done about it. */
export function RoomSheet({ room, onClose, onSearch, onJump }: Props) {
  const { route } = useLocation();
  const [view, setView] = useState<View>("about");
  const info = room.info.value;
  const group = info.kind === "group";
  const back = (): void => setView("about");

  if (view === "invite") return <InviteSheet room={room} onClose={back} />;
  if (view === "link") return <InviteLinkSheet room={room} onClose={back} />;
  if (view === "leave") return <LeaveRoom room={room} onClose={back} onLeft={() => route("/rooms", true)} />;
  return (
    <SidePanel title={t(view === "media" ? "about.shared" : "room.about")} onClose={onClose}>
      {view === "media" ? (
        <RoomMedia room={room} onBack={back} onJump={onJump} />
      ) : (
        <div class={css.parts}>
          <RoomHead room={room} />
          <QuickActions room={room} onSearch={onSearch} />
          <Shared room={room} onOpen={() => setView("media")} />
          <Members room={room}>
            {group && (
              <li>
                <button type="button" class={css.member} onClick={() => setView("invite")}>
                  <span class={css.round}>
                    <Icon name="plus" size={20} />
                  </span>
                  <span>{t("room.invite")}</span>
                </button>
              </li>
            )}
            {group && info.role !== "member" && (
              <li>
                <button type="button" class={css.member} onClick={() => setView("link")}>
                  <span class={css.round}>
                    <Icon name="link" size={20} />
                  </span>
                  <span>{t("invite.by-link")}</span>
                </button>
              </li>
            )}
          </Members>
          {info.kind !== "memo" && (
            <Button look="danger" wide onClick={() => setView("leave")}>
              {t(group ? "room.leave" : "room.clear")}
            </Button>
          )}
        </div>
      )}
    </SidePanel>
  );
}
