import type { Draft } from "../net/outbox";
import { useSession } from "../session";
import { t } from "../text";
import { Icon } from "../ui/Icon";
import css from "./Sending.module.css";

interface Props {
  draft: Draft;
  /** There is no line. */
  waiting: boolean;
}

/** How far the files of a message are, around the button that takes it back; a clock for a message without. */
export function Sending({ draft, waiting: noLine }: Props) {
  const session = useSession();
  const progress = session.writing.uploads.progress(draft.client_id)?.value;
  if (progress === undefined)
    return (
      <span role="img" aria-label={t(noLine ? "message.waiting" : "message.sending")}>
        <Icon name="clock" size={15} />
      </span>
    );
  const { sent, size, waiting } = progress;
  const percent = size === 0 ? 0 : Math.min(100, Math.floor((sent / size) * 100));
  return (
    <span class={css.sending}>
      <span
        class={waiting ? css.waiting : ""}
        role="progressbar"
        aria-label={waiting ? t("message.waiting") : t("message.sending")}
        aria-valuenow={percent}
      >
        <Ring part={percent / 100} />
      </span>
      <button
        type="button"
        class={css.cancel}
        aria-label={t("upload.cancel")}
        title={t("upload.cancel")}
        onClick={() => session.writing.uploads.cancel(draft.client_id)}
      >
        <Icon name="close" size={16} />
      </button>
    </span>
  );
}

/** A ring of which a part is drawn; a little of it from the start, so that it is seen. */
function Ring({ part }: { part: number }) {
  return (
    <svg class={css.ring} viewBox="0 0 36 36" aria-hidden="true">
      <circle cx="18" cy="18" r="15" pathLength="100" />
      <circle cx="18" cy="18" r="15" pathLength="100" stroke-dasharray={`${Math.max(4, part * 100)} 100`} />
    </svg>
  );
}
