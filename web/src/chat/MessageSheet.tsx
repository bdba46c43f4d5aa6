import type { ComponentChildren } from "preact";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Icon, type IconName } from "../ui/Icon";
import { Sheet } from "../ui/Sheet";
import { useWork } from "../ui/useWork";
import { editWindowMs } from "../wire/limits";
import type { Entry } from "../wire/types";
import type { Intent } from "./Composer";
import css from "./MessageSheet.module.css";
import { timeOf } from "./rows";
import { messageText } from "./sentences";

interface Props {
  room: LiveRoom;
  entry: Entry;
  onClose: () => void;
  onIntent: (intent: Intent) => void;
}

const emoji = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** What can be done with a message. */
export function MessageSheet({ room, entry, onClose, onIntent }: Props) {
  const session = useSession();
  const { busy, fault, run } = useWork();
  const me = session.me.value?.id ?? "";
  const mine = entry.sender_id === me;
  const text = entry.type === "text";
  const editable = mine && text && Date.now() - timeOf(entry) < editWindowMs;

  async function then(work: () => Promise<void>): Promise<void> {
    if (await run(work)) onClose();
  }

  return (
    <Sheet title={t("message.actions")} bare onClose={onClose}>
      <p class={css.about}>{messageText(entry)}</p>
      <div class={css.emoji}>
        {emoji.map((e) => {
          const own = entry.reactions?.some((r) => r.emoji === e && r.user_ids.includes(me)) === true;
          return (
            <button
              key={e}
              type="button"
              disabled={busy}
              aria-pressed={own}
              aria-label={t("message.react-with", { emoji: e })}
              onClick={() => then(() => session.react(room, entry, e, own))}
            >
              {e}
            </button>
          );
        })}
      </div>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <ul class={css.actions}>
        <Action
          icon="reply"
          onClick={() => {
            onIntent({ name: "reply", to: entry });
            onClose();
          }}
        >
          {t("message.reply")}
        </Action>
        {text && (
          <Action icon="copy" onClick={() => then(() => navigator.clipboard.writeText(entry.text ?? ""))}>
            {t("message.copy")}
          </Action>
        )}
        {editable && (
          <Action
            icon="edit"
            onClick={() => {
              onIntent({ name: "edit", entry });
              onClose();
            }}
          >
            {t("message.edit")}
          </Action>
        )}
        <Action icon="trash" onClick={() => then(() => session.delete(room, entry, "me"))}>
          {t("message.delete-for-me")}
        </Action>
        {mine && (
          <Action icon="trash" danger onClick={() => then(() => session.delete(room, entry, "all"))}>
            {t("message.delete-for-all")}
          </Action>
        )}
      </ul>
    </Sheet>
  );
}

interface ActionProps {
  icon: IconName;
  danger?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}

function Action({ icon, danger = false, onClick, children }: ActionProps) {
  return (
    <li>
      <button type="button" class={danger ? `${css.action} ${css.danger}` : css.action} onClick={onClick}>
        <Icon name={icon} size={20} />
        {children}
      </button>
    </li>
  );
}
