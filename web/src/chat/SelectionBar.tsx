import { Suspense, lazy } from "preact/compat";
import { useEffect, useRef, useState } from "preact/hooks";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { t } from "../text";
import { IconButton } from "../ui/Button";
import { Icon, type IconName } from "../ui/Icon";
import { toast } from "../ui/Toast";
import css from "./SelectionBar.module.css";
import { type Picked, copied, inOrder } from "./selection";

const ForwardSheet = lazy(() => import("./ForwardSheet"));
const DeleteMessages = lazy(() => import("./DeleteMessages"));

interface Props {
  room: LiveRoom;
  picked: Picked;
  onClose: () => void;
}

/** What can be done with several messages; stands where one writes otherwise. */
export function SelectionBar({ room, picked, onClose }: Props) {
  const session = useSession();
  const bar = useRef<HTMLDivElement>(null);
  const [next, setNext] = useState<"forward" | "delete">();
  const entries = inOrder(picked);
  const none = entries.length === 0;
  useEffect(() => bar.current?.querySelector("button")?.focus(), []);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(copied(session, entries));
      toast(t("select.copied", { n: entries.length }));
      onClose();
    } catch {
      toast(t("select.cannot-copy"));
    }
  }

  const what = { room, entries, onClose: () => setNext(undefined), onDone: onClose };
  return (
    // Escape ends it; the button does the same.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={bar}
      class={css.bar}
      role="group"
      aria-label={t("message.select")}
      onKeyDown={(e) => {
        if (e.key !== "Escape" || next !== undefined) return;
        e.preventDefault(); // the room itself stays open
        onClose();
      }}
    >
      <IconButton icon="close" label={t("cancel")} onClick={onClose} />
      <p class={css.count} role="status">
        {t("select.count", { n: entries.length })}
      </p>
      <Do icon="forward" disabled={none} onClick={() => setNext("forward")}>
        {t("message.forward")}
      </Do>
      <Do icon="copy" disabled={none} onClick={() => void copy()}>
        {t("message.copy")}
      </Do>
      <Do icon="trash" disabled={none} onClick={() => setNext("delete")}>
        {t("delete.yes")}
      </Do>
      <Suspense fallback={null}>
        {next === "forward" && <ForwardSheet {...what} />}
        {next === "delete" && <DeleteMessages {...what} from="me" />}
      </Suspense>
    </div>
  );
}

interface DoProps {
  icon: IconName;
  disabled: boolean;
  onClick: () => void;
  children: string;
}

function Do({ icon, disabled, onClick, children }: DoProps) {
  return (
    <button type="button" class={css.do} disabled={disabled} onClick={onClick}>
      <Icon name={icon} size={22} />
      <span>{children}</span>
    </button>
  );
}
