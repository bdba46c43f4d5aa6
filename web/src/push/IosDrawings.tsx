import type { ComponentChildren } from "preact";
import css from "./Push.module.css";

/** A part of an iPhone's screen, as a drawing beside words. */
function Screen({ children }: { children: ComponentChildren }) {
  return (
    <svg class={css.drawing} viewBox="0 0 96 64" aria-hidden="true" focusable="false">
      <rect class={css.ground} x="1" y="1" width="94" height="62" rx="12" />
      {children}
    </svg>
  );
}

/** The bar of the browser with the button to share. */
export function ShareDrawing() {
  return (
    <Screen>
      <rect class={css.bar} x="10" y="12" width="76" height="14" rx="7" />
      <circle class={css.finger} cx="48" cy="45" r="14" />
      <path class={css.stroke} d="M48 51V37m-4.500 4 4.500-4.500 4.500 4.500M42 44h-2v10h16V44h-2" />
    </Screen>
  );
}

/** The line of the menu that adds to the home screen. */
export function AddDrawing() {
  return (
    <Screen>
      <rect class={css.bar} x="10" y="9" width="76" height="12" rx="4" />
      <rect class={css.finger} x="10" y="25" width="76" height="17" rx="5" />
      <path class={css.line} d="M18 33.500h32" />
      <path class={css.stroke} d="M73 29v9M68.500 33.500h9" />
      <rect class={css.bar} x="10" y="46" width="76" height="10" rx="4" />
    </Screen>
  );
}

/** Our icon among those of the home screen. */
export function IconDrawing() {
  return (
    <Screen>
      {[10, 30, 70].map((x) => (
        <rect key={x} class={css.bar} x={x} y="12" width="15" height="15" rx="4" />
      ))}
      {[10, 30, 50].map((x) => (
        <rect key={x} class={css.bar} x={x} y="36" width="15" height="15" rx="4" />
      ))}
      <image href="/icon.svg" x="48" y="10" width="19" height="19" />
    </Screen>
  );
}
