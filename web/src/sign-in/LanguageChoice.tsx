import { Icon } from "../ui/Icon";
import { type Language, choose, language, languages, ownNames, t } from "../text";
import css from "./SignIn.module.css";

/** Each language by its own name, so that it is found by those who read no other. */
export function LanguageChoice() {
  return (
    <div class={css.languages}>
      <Icon name="globe" size={18} />
      <select
        aria-label={t("settings.language")}
        value={language()}
        onChange={(e) => void choose(e.currentTarget.value as Language)}
      >
        {languages.map((l) => (
          <option key={l} value={l} lang={l}>
            {ownNames[l]}
          </option>
        ))}
      </select>
    </div>
  );
}
