import type { Draft } from "../net/outbox";
import { useSession } from "../session";
import { Sending } from "../media/Sending";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Icon } from "../ui/Icon";
import { Body } from "./Body";
import css from "./Message.module.css";
import { bare } from "./emoji";

/** A message on its way, or one that was refused, with what can be done about that. */
export function DraftBubble({ draft, first }: { draft: Draft; first: boolean }) {
  const session = useSession();
  const { failed } = draft;
  // One with files tells by itself how it stands.
  const plain = session.writing.uploads.progress(draft.client_id) === undefined;
  const waiting = plain && failed === undefined && session.connection.value.name !== "online";
  return (
    <article
      class={`${css.message} ${css.mine} ${first ? css.first : ""}`}
      aria-label={t("person.me")}
      tabIndex={-1}
    >
      <div class={css.beside}>
        <div
          class={`${bare(draft.content) ? css.bare : css.bubble} ${failed === undefined ? css.waiting : ""}`}
        >
          <Body entry={draft.content} />
        </div>
        {failed === undefined && (
          <span class={css.meta}>
            <Sending draft={draft} waiting={waiting} />
          </span>
        )}
        {(failed !== undefined || waiting) && (
          <span class={waiting ? css.held : css.failed}>
            {failed !== undefined && (
              <button
                type="button"
                aria-label={t("message.retry")}
                title={t("message.retry")}
                onClick={() => session.writing.retry(draft)}
              >
                <Icon name="retry" size={20} />
              </button>
            )}
            <button
              type="button"
              aria-label={t("message.drop")}
              title={t("message.drop")}
              onClick={() => session.writing.drop(draft)}
            >
              <Icon name="trash" size={20} />
            </button>
          </span>
        )}
      </div>
      {failed !== undefined && (
        <p class={css.why} role="alert">
          {t("message.not-sent")} {faultText(failed)}
        </p>
      )}
    </article>
  );
}
