import { useState } from "preact/hooks";
import { useSession } from "../session";
import { choose, language, languages, ownNames, t } from "../text";
import { faultText } from "../text/faults";
import { useWork } from "../ui/useWork";
import css from "./Settings.module.css";

/** The language of this client and of what the server writes to this person. */
export default function LanguagePart() {
  const session = useSession();
  const { fault, run } = useWork();
  // The texts of a language take a moment to come.
  const [chosen, setChosen] = useState(language);
  return (
    <fieldset class={css.choices}>
      <legend class="unseen">{t("settings.language")}</legend>
      {languages.map((l) => (
        <label key={l} class={css.choice}>
          <span lang={l}>{ownNames[l]}</span>
          <input
            type="radio"
            name="language"
            value={l}
            checked={chosen === l}
            onChange={() => {
              setChosen(l);
              void choose(l);
              void run(() => session.updateMe({ language: l }));
            }}
          />
        </label>
      ))}
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
    </fieldset>
  );
}
