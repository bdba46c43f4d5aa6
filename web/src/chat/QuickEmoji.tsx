import { t } from "../text";
import { Icon } from "../ui/Icon";
import type { Entry } from "../wire/types";
import css from "./MessageSheet.module.css";

const emoji = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

interface Props {
  entry: Entry;
  me: string;
  disabled: boolean;
  onEmoji: (emoji: string) => void;
  onMore: () => void;
}

/** The reactions that people use most, and the way to all others. */
export function QuickEmoji({ entry, me, disabled, onEmoji, onMore }: Props) {
  return (
    <div class={css.emoji}>
      {emoji.map((e) => (
        <button
          key={e}
          type="button"
          disabled={disabled}
          aria-pressed={entry.reactions?.some((r) => r.emoji === e && r.user_ids.includes(me)) === true}
          aria-label={t("message.react-with", { emoji: e })}
          onClick={() => onEmoji(e)}
        >
          {e}
        </button>
      ))}
      <button type="button" disabled={disabled} aria-label={t("message.react-more")} onClick={onMore}>
        <Icon name="plus" size={20} />
      </button>
    </div>
  );
}
