import css from "./Plus.module.css";

/** Three voices that a person chose to hear: a seal with a plus, and what comes from it. */
export function PlusDrawing() {
  return (
    <svg class={css.drawing} viewBox="0 0 240 150" aria-hidden="true" focusable="false">
      <path class={css.ground} d="M30 118c-16-30 4-78 50-86s74-16 108 6 34 66 12 86-154 24-170-6Z" />
      <g class={css.card}>
        <rect x="26" y="40" width="92" height="60" rx="14" />
        <circle class={css.sky} cx="46" cy="60" r="9" />
        <path class={css.line} d="M62 56h40M62 66h26M40 84h62" />
      </g>
      <g class={css.card}>
        <rect x="128" y="58" width="86" height="56" rx="14" />
        <circle class={css.leaf} cx="147" cy="77" r="9" />
        <path class={css.line} d="M163 73h36M163 83h22M142 99h56" />
      </g>
      <path
        class={css.seal}
        d="M111 25.900Q120 16 129 25.900Q142.500 25.300 141.900 38.800Q151.800 47.800 141.900 56.800Q142.500 70.300 129 69.700Q120 79.600 111 69.700Q97.500 70.300 98.100 56.800Q88.200 47.800 98.100 38.800Q97.500 25.300 111 25.900Z"
      />
      <path class={css.plus} d="M120 37v22M109 48h22" />
    </svg>
  );
}
