import { t } from "../text";
import { Button } from "../ui/Button";
import { Sheet } from "../ui/Sheet";
import { AddDrawing, IconDrawing, ShareDrawing } from "./IosDrawings";
import css from "./Push.module.css";

/** How the client comes to the home screen of an iPhone or iPad, where alone it can be woken. */
export function IosCoach({ onClose }: { onClose: () => void }) {
  return (
    <Sheet title={t("coach.title")} onClose={onClose}>
      <p class={css.about}>{t("coach.about")}</p>
      <ol class={css.steps}>
        <li>
          <ShareDrawing />
          <span>{t("coach.share")}</span>
        </li>
        <li>
          <AddDrawing />
          <span>{t("coach.add")}</span>
        </li>
        <li>
          <IconDrawing />
          <span>{t("coach.open")}</span>
        </li>
      </ol>
      <Button look="main" wide onClick={onClose}>
        {t("coach.done")}
      </Button>
    </Sheet>
  );
}
