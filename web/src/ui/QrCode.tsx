import { useMemo } from "preact/hooks";
import css from "./QrCode.module.css";
import { codeOf } from "./qr";

/** A text as a QR code; dark on white whatever the colours of the page are, or readers would not find it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => codeOf(text), [text]);
  return (
    <svg
      class={css.code}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path} />
    </svg>
  );
}
