import { t } from "../text";
import { Pane } from "../ui/Pane";
import { PlusDrawing } from "./PlusDrawing";
import css from "./Plus.module.css";

/** The Plus Friends that a person added; so far there are none to add. */
export default function PlusScreen() {
  return (
    <Pane title={t("plus.title")}>
      <div class={css.empty}>
        <PlusDrawing />
        <h2>{t("plus.none")}</h2>
        <p>{t("plus.none-about")}</p>
        <ul class={css.promises}>
          <li>{t("plus.promise-choice")}</li>
          <li>{t("plus.promise-leave")}</li>
        </ul>
      </div>
    </Pane>
  );
}
