import { choose, language, languages, t } from "../text";
import css from "./SignIn.module.css";

/** Each language by its own name, so that it is found by those who read no other. */
export const ownNames = { ko: "한국어", en: "English" } as const;

export function LanguageChoice() {
  return (
    <nav class={css.languages} aria-label={t("settings.language")}>
      {languages.map((l) => (
        <button key={l} type="button" lang={l} aria-pressed={language() === l} onClick={() => void choose(l)}>
          {ownNames[l]}
        </button>
      ))}
    </nav>
  );
}
