import { useState } from "preact/hooks";
import { faultOf } from "../net/fault";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { faultText } from "../text/faults";
import { IconButton } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Menu, MenuItem, MenuItems, type Point, pointOf } from "../ui/Menu";
import { toast } from "../ui/Toast";
import css from "./NoticeBanner.module.css";
import { fold, isFolded } from "./folded";
import { nameOf } from "./names";
import { messageText } from "./sentences";

/** The message that is up as the notice of the room. A tap leads to it; folded, only its sign is left. */
export function NoticeBanner({ room, onJump }: { room: LiveRoom; onJump: (seq: number) => void }) {
  const session = useSession();
  const [menu, setMenu] = useState<Point>();
  const { notice } = room.info.value;
  if (notice === undefined) return null;
  const { seq, user_id, message } = notice;
  if (isFolded(room.id, seq)) {
    return (
      <div class={css.folded}>
        <button type="button" aria-label={t("banner.show")} onClick={() => fold(room.id, seq, false)}>
          <Icon name="notice" size={20} />
        </button>
      </div>
    );
  }
  async function takeDown(): Promise<void> {
    setMenu(undefined);
    try {
      await session.updateRoom(room, { notice_seq: 0 });
    } catch (thrown) {
      toast(faultText(faultOf(thrown)));
    }
  }
  return (
    <section class={css.banner} aria-label={t("banner.title")}>
      <button type="button" class={css.what} onClick={() => onJump(seq)}>
        <Icon name="notice" size={20} />
        <span>
          <span class={css.text}>{messageText(message)}</span>
          <small>{t("banner.by", { name: nameOf(session, user_id) })}</small>
        </span>
      </button>
      <IconButton icon="more" label={t("banner.menu")} onClick={(e) => setMenu(pointOf(e))} />
      <IconButton icon="up" label={t("banner.fold")} onClick={() => fold(room.id, seq, true)} />
      {menu !== undefined && (
        <Menu label={t("banner.menu")} at={menu} onClose={() => setMenu(undefined)}>
          <MenuItems>
            <MenuItem
              icon="next"
              onClick={() => {
                setMenu(undefined);
                onJump(seq);
              }}
            >
              {t("about.to-message")}
            </MenuItem>
            <MenuItem icon="trash" danger onClick={() => void takeDown()}>
              {t("banner.take-down")}
            </MenuItem>
          </MenuItems>
        </Menu>
      )}
    </section>
  );
}
