import { useSession } from "../session";
import { type Person, calledName } from "../store/people";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { useWork } from "../ui/useWork";
import css from "./Profile.module.css";
import type { Undo } from "./ProfileActions";

interface Props {
  person: Person;
  onUndo: (undo: Undo) => void;
  onDone: () => void;
}

/** Says what blocking does before it is done. */
export function BlockConfirm({ person, onUndo, onDone }: Props) {
  const { friends } = useSession();
  const { busy, fault, run } = useWork();
  const name = calledName(person);
  async function block(): Promise<void> {
    // What becomes of them is told from the list of those who are aside.
    const done = await run(async () => {
      await friends.mark(person.id, { blocked: true });
      await friends.loadAside();
    });
    if (!done) return;
    onUndo({ done: t("profile.blocked"), back: () => friends.mark(person.id, { blocked: false }) });
    onDone();
  }
  return (
    <div class={css.does} role="group" aria-label={t("profile.block-title", { name })}>
      <strong>{t("profile.block-title", { name })}</strong>
      <p class={css.about}>{t("profile.block-about")}</p>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <div class={css.pair}>
        <Button autofocus onClick={onDone}>
          {t("cancel")}
        </Button>
        <Button look="danger" busy={busy} onClick={block}>
          {t("profile.block")}
        </Button>
      </div>
    </div>
  );
}
