import { t } from "../text";
import { chooseLook, look, looks } from "../ui/look";
import css from "./Settings.module.css";

const names = { system: "look.system", light: "look.light", dark: "look.dark" } as const;

/** Light or dark, on this device. */
export default function LookPart() {
  return (
    <fieldset class={css.choices}>
      <legend class="unseen">{t("look.title")}</legend>
      {looks.map((l) => (
        <label key={l} class={css.choice}>
          <span>{t(names[l])}</span>
          <input
            type="radio"
            name="look"
            value={l}
            checked={look.value === l}
            onChange={() => chooseLook(l)}
          />
        </label>
      ))}
    </fieldset>
  );
}
