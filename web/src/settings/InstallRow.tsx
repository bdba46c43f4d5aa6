import { useState } from "preact/hooks";
import { IosCoach } from "../push/IosCoach";
import { installed, onAppleMobile } from "../push/push";
import { install, installPrompt } from "../pwa/install";
import { t } from "../text";
import { Icon } from "../ui/Icon";
import css from "./More.module.css";

/** The way to have the client as an app of its own, where the browser has one and it is not taken yet. */
export function InstallRow() {
  const [coach, setCoach] = useState(false);
  const apple = onAppleMobile() && !installed();
  if (!apple && installPrompt.value === undefined) return null;
  return (
    <li>
      <button type="button" class={css.row} onClick={() => (apple ? setCoach(true) : void install())}>
        <Icon name="download" />
        <span>{t(apple ? "coach.title" : "install.now")}</span>
      </button>
      {coach && <IosCoach onClose={() => setCoach(false)} />}
    </li>
  );
}
