import { faultText } from "../text/faults";
import { t } from "../text";
import { Button } from "./Button";
import css from "./Confirm.module.css";
import { Sheet } from "./Sheet";
import { useWork } from "./useWork";

interface Props {
  title: string;
  text: string;
  /** What the button says that does it. */
  yes: string;
  /** What cannot be undone looks so. */
  danger?: boolean;
  onYes: () => Promise<void>;
  onClose: () => void;
}

/** Asks before something that cannot be taken back. Stays open while it is done, and says why it was not. */
export function Confirm({ title, text, yes, danger = true, onYes, onClose }: Props) {
  const { busy, fault, run } = useWork();
  return (
    <Sheet title={title} onClose={onClose}>
      <p class={css.text}>{text}</p>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <div class={css.pair}>
        <Button wide onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button
          wide
          look={danger ? "danger" : "main"}
          busy={busy}
          onClick={async () => {
            if (await run(onYes)) onClose();
          }}
        >
          {yes}
        </Button>
      </div>
    </Sheet>
  );
}
