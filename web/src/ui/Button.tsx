import type { ComponentChildren, JSX, Ref } from "preact";
import css from "./Button.module.css";
import { Icon, type IconName } from "./Icon";

type Native = Omit<JSX.IntrinsicElements["button"], "ref" | "class" | "children">;

interface Look {
  /** `main` is the one thing to do here, `danger` what cannot be undone. */
  look?: "main" | "quiet" | "danger";
  wide?: boolean;
  /** Work is going on: the button waits and says so. */
  busy?: boolean;
  children: ComponentChildren;
}

export function Button({
  look = "quiet",
  wide = false,
  busy = false,
  children,
  disabled,
  ...rest
}: Look & Native) {
  return (
    <button
      type="button"
      {...rest}
      class={`${css.button} ${css[look]} ${wide ? css.wide : ""}`}
      disabled={disabled === true || busy}
      aria-busy={busy}
    >
      {children}
    </button>
  );
}

interface IconLook {
  icon: IconName;
  /** What it does, for those who do not see the drawing. */
  label: string;
  buttonRef?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, buttonRef, ...rest }: IconLook & Native) {
  return (
    <button type="button" {...rest} ref={buttonRef ?? null} class={css.icon} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
}
