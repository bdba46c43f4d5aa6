import { useState } from "preact/hooks";
import { t } from "../text";
import { Button, IconButton } from "../ui/Button";
import css from "./Pwa.module.css";
import { newVersion, takeVersion } from "./worker";

/** Says that there is a newer version; it is used when the person says so, or when all windows were closed. */
export default function NewVersion() {
  const next = newVersion.value;
  const [taken, setTaken] = useState(false);
  if (next === undefined) return null;
  return (
    <div class={css.news} role="status">
      <p>{t("version.ready")}</p>
      <Button
        look="main"
        busy={taken}
        onClick={() => {
          setTaken(true);
          takeVersion(next);
        }}
      >
        {t("version.use")}
      </Button>
      <IconButton
        icon="close"
        label={t("close")}
        onClick={() => {
          newVersion.value = undefined;
        }}
      />
    </div>
  );
}
