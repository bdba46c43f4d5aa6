import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import type { Entry } from "../wire/types";
import css from "./Message.module.css";

/** The emoji under a message; pressing one adds or takes back the reader's own. */
export function Reactions({ room, entry }: { room: LiveRoom; entry: Entry }) {
  const session = useSession();
  const me = session.me.value?.id ?? "";
  if (entry.reactions === undefined || entry.reactions.length === 0) return null;
  return (
    <ul class={css.reactions} aria-label={t("message.reactions")}>
      {entry.reactions.map((r) => {
        const own = r.user_ids.includes(me);
        return (
          <li key={r.emoji}>
            <button
              type="button"
              aria-pressed={own}
              onClick={() => void session.react(room, entry, r.emoji, own).catch(() => undefined)}
            >
              <span aria-hidden="true">{r.emoji}</span>
              {r.count > 1 && <span aria-hidden="true">{r.count}</span>}
              <span class="unseen">{t("message.reaction", { emoji: r.emoji, n: r.count })}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
