import { useState } from "preact/hooks";
import { faultOf } from "../../net/fault";
import { useSession } from "../../session";
import type { LiveRoom } from "../../store/live-room";
import { t } from "../../text";
import { faultText } from "../../text/faults";
import { Confirm } from "../../ui/Confirm";
import { Menu, MenuItem, MenuItems, type Point } from "../../ui/Menu";
import { toast } from "../../ui/Toast";
import type { Member, Role } from "../../wire/types";
import { nameOf } from "../names";
import css from "../RoomMenu.module.css";

interface Props {
  room: LiveRoom;
  member: Member;
  at: Point;
  onProfile: () => void;
  onClose: () => void;
}

/** What the owner and the admins of a group can do about a member. */
export function MemberMenu({ room, member, at, onProfile, onClose }: Props) {
  const session = useSession();
  const [asking, setAsking] = useState<"remove" | "owner">();
  const name = nameOf(session, member.user_id);
  const owner = room.info.value.role === "owner";
  const role = member.role ?? "member";
  const removable = owner || role === "member";

  async function make(next: Role): Promise<void> {
    onClose();
    try {
      await session.groups.setRole(room, member.user_id, next);
    } catch (thrown) {
      toast(faultText(faultOf(thrown)));
    }
  }

  if (asking !== undefined) {
    const remove = asking === "remove";
    return (
      <Confirm
        title={t(remove ? "about.remove" : "about.hand-over")}
        text={t(remove ? "about.remove-about" : "about.hand-over-about", { name })}
        yes={t(remove ? "about.remove-short" : "about.hand-over-short")}
        danger={remove}
        onYes={() =>
          remove
            ? session.groups.removeMember(room, member.user_id)
            : session.groups.setRole(room, member.user_id, "owner")
        }
        onClose={onClose}
      />
    );
  }
  return (
    <Menu label={name} at={at} onClose={onClose}>
      <p class={css.name}>{name}</p>
      <MenuItems>
        <MenuItem icon="friends" onClick={onProfile}>
          {t("about.profile")}
        </MenuItem>
        {owner && role === "member" && (
          <MenuItem icon="star" onClick={() => void make("admin")}>
            {t("about.make-admin")}
          </MenuItem>
        )}
        {owner && role === "admin" && (
          <MenuItem icon="star" onClick={() => void make("member")}>
            {t("about.make-member")}
          </MenuItem>
        )}
        {owner && (
          <MenuItem icon="retry" onClick={() => setAsking("owner")}>
            {t("about.hand-over")}
          </MenuItem>
        )}
        {removable && role !== "owner" && (
          <MenuItem icon="leave" danger onClick={() => setAsking("remove")}>
            {t("about.remove")}
          </MenuItem>
        )}
      </MenuItems>
    </Menu>
  );
}
