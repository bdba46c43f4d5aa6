import css from "./Switch.module.css";

interface Props {
  label: string;
  /** What it means, below the label. */
  about?: string | undefined;
  on: boolean;
  onTurn: (on: boolean) => void;
  disabled?: boolean;
}

/** Something that is on or off at once, as a whole line to tap. */
export function Switch({ label, about, on, onTurn, disabled = false }: Props) {
  return (
    <label class={css.switch}>
      <span>
        <span>{label}</span>
        {about !== undefined && <small>{about}</small>}
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        checked={on}
        disabled={disabled}
        onChange={(e) => {
          const wanted = e.currentTarget.checked;
          e.currentTarget.checked = on; // it shows what is, not what was asked for
          onTurn(wanted);
        }}
      />
    </label>
  );
}
