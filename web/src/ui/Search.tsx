import { Icon } from "./Icon";
import css from "./Search.module.css";

interface Props {
  label: string;
  value: string;
  onValue: (value: string) => void;
}

/** A line that narrows the list below it. */
export function Search({ label, value, onValue }: Props) {
  return (
    <div class={css.search}>
      <Icon name="search" size={18} />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onInput={(e) => onValue(e.currentTarget.value)}
      />
    </div>
  );
}
