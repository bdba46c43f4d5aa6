import type { ComponentChildren, InputHTMLAttributes, Ref } from "preact";
import { useId } from "preact/hooks";
import css from "./Field.module.css";

interface Props {
  label: string;
  value: string;
  onValue: (value: string) => void;
  /** What is wrong with the value. */
  error?: string | undefined;
  hint?: string | undefined;
  before?: ComponentChildren;
  inputRef?: Ref<HTMLInputElement>;
}

type Native = Pick<
  InputHTMLAttributes,
  "name" | "autocomplete" | "autocapitalize" | "inputMode" | "placeholder" | "required" | "spellcheck"
> & { type?: "text" | "tel" | "password" };

/** A named line to write in, with a hint and what is wrong below it. */
export function Field({ label, value, onValue, error, hint, before, inputRef, ...native }: Props & Native) {
  const id = useId();
  const note = error ?? hint;
  // The types tell inputs apart by a `type` that is known when this is written; here it comes from outside.
  const rest = native as InputHTMLAttributes<HTMLInputElement>;
  return (
    <div class={css.field}>
      <label for={id}>{label}</label>
      <div class={error === undefined ? css.box : `${css.box} ${css.wrong}`}>
        {before}
        <input
          {...rest}
          id={id}
          ref={inputRef ?? null}
          value={value}
          aria-invalid={error !== undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          onInput={(e) => onValue(e.currentTarget.value)}
        />
      </div>
      {note !== undefined && (
        <p
          id={`${id}-note`}
          class={error === undefined ? css.hint : css.error}
          role={error === undefined ? undefined : "alert"}
        >
          {note}
        </p>
      )}
    </div>
  );
}
