import { Suspense, lazy } from "preact/compat";
import { useState } from "preact/hooks";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Menu, MenuItem, MenuItems, type Point } from "../ui/Menu";
import { useWork } from "../ui/useWork";
import { editWindowMs } from "../wire/limits";
import type { Entry } from "../wire/types";
import type { Intent } from "./Composer";
import css from "./MessageSheet.module.css";
import { QuickEmoji } from "./QuickEmoji";
import { timeOf } from "./rows";
import { messageText } from "./sentences";

const ForwardSheet = lazy(() => import("./ForwardSheet"));
const ReadersSheet = lazy(() => import("./ReadersSheet"));
const DeleteMessages = lazy(() => import("./DeleteMessages"));
const MoreEmoji = lazy(() => import("./MoreEmoji"));

interface Props {
  room: LiveRoom;
  entry: Entry;
  onClose: () => void;
  onIntent: (intent: Intent) => void;
  /** Begins to select several, with this one. */
  onSelect: () => void;
}

/** What takes the place of the menu once it was chosen there. */
type Next = "forward" | "readers" | "emoji" | "for-all" | "for-me";

/** What can be done with a message: beside its bubble, on a phone at the bottom. */
export function MessageSheet({ room, entry, onClose, onIntent, onSelect }: Props) {
  const session = useSession();
  const { busy, fault, run } = useWork();
  const [next, setNext] = useState<Next>();
  // The bubble may leave the page while the menu is open.
  const [at] = useState(() => besideBubble(entry.seq));
  const me = session.me.value?.id ?? "";
  const mine = entry.sender_id === me;
  const text = entry.type === "text";
  const info = room.info.value;
  const rules = info.kind === "group" && info.role !== "member";
  const up = info.notice?.seq === entry.seq;
  const editable = mine && text && Date.now() - timeOf(entry) < editWindowMs;

  async function then(work: () => Promise<void>): Promise<void> {
    if (await run(work)) onClose();
  }
  function react(emoji: string): Promise<void> {
    const own = entry.reactions?.some((r) => r.emoji === emoji && r.user_ids.includes(me)) === true;
    return then(() => session.react(room, entry, emoji, own));
  }
  function intend(intent: Intent): void {
    onIntent(intent);
    onClose();
  }

  if (next !== undefined) {
    const what = { room, onClose, onDone: onClose, entries: [entry] };
    return (
      <Suspense fallback={null}>
        {next === "forward" && <ForwardSheet {...what} />}
        {next === "readers" && <ReadersSheet room={room} entry={entry} onClose={onClose} />}
        {next === "emoji" && <MoreEmoji onEmoji={(e) => void react(e)} onClose={onClose} />}
        {(next === "for-all" || next === "for-me") && (
          <DeleteMessages {...what} from={next === "for-all" ? "all" : "me"} />
        )}
      </Suspense>
    );
  }
  return (
    <Menu label={t("message.actions")} at={at} onClose={onClose}>
      <p class={css.about}>{messageText(entry)}</p>
      <QuickEmoji
        entry={entry}
        me={me}
        disabled={busy}
        onEmoji={(e) => void react(e)}
        onMore={() => setNext("emoji")}
      />
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <MenuItems>
        <MenuItem icon="reply" onClick={() => intend({ name: "reply", to: entry })}>
          {t("message.reply")}
        </MenuItem>
        <MenuItem icon="forward" onClick={() => setNext("forward")}>
          {t("message.forward")}
        </MenuItem>
        {entry.text !== undefined && entry.text !== "" && (
          <MenuItem
            icon="copy"
            onClick={() => void then(() => navigator.clipboard.writeText(entry.text ?? ""))}
          >
            {t("message.copy")}
          </MenuItem>
        )}
        {editable && (
          <MenuItem icon="edit" onClick={() => intend({ name: "edit", entry })}>
            {t("message.edit")}
          </MenuItem>
        )}
        <MenuItem icon="select" onClick={onSelect}>
          {t("message.select")}
        </MenuItem>
        <MenuItem
          icon="notice"
          onClick={() => void then(() => session.updateRoom(room, { notice_seq: up ? 0 : entry.seq }))}
        >
          {t(up ? "banner.take-down" : "banner.put-up")}
        </MenuItem>
        {info.kind === "group" && room.complete.value && (
          <MenuItem icon="check" onClick={() => setNext("readers")}>
            {t("readers.title")}
          </MenuItem>
        )}
        <MenuItem icon="trash" danger onClick={() => setNext("for-me")}>
          {t("message.delete-for-me")}
        </MenuItem>
        {(mine || rules) && (
          <MenuItem icon="trash" danger onClick={() => setNext("for-all")}>
            {t("message.delete-for-all")}
          </MenuItem>
        )}
      </MenuItems>
    </Menu>
  );
}

/** Below the bubble of a message, where there is one in the page. */
function besideBubble(seq: number): Point | undefined {
  const message = document.querySelector(`[role="log"] [data-seq="${seq}"] [data-bubble]`);
  if (message === null) return undefined;
  const { left, bottom } = message.getBoundingClientRect();
  return { x: left, y: Math.min(bottom + 6, innerHeight - 80) };
}
