import { t } from "../text";
import { Icon } from "../ui/Icon";
import type { Entry } from "../wire/types";
import css from "./Pick.module.css";
import { messageText } from "./sentences";

interface Props {
  entry: Entry;
  on: boolean;
  onTurn: (entry: Entry) => void;
}

/** Lies over a message while several are selected: a press anywhere on it selects it or not. */
export function Pick({ entry, on, onTurn }: Props) {
  return (
    <button
      type="button"
      class={css.pick}
      role="checkbox"
      aria-checked={on}
      aria-label={t("select.this", { text: messageText(entry) })}
      onClick={() => onTurn(entry)}
    >
      <span class={css.box}>{on && <Icon name="check" size={16} />}</span>
    </button>
  );
}
