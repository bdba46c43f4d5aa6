import { useEffect, useRef, useState } from "preact/hooks";
import type { Fault } from "../net/fault";
import { t } from "../text";
import { duration } from "../text/dates";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import css from "./SignIn.module.css";
import { readable } from "./countries";

interface Props {
  phone: string;
  /** Until when the code is good, in milliseconds. */
  expiresAt: number;
  fault: Fault | undefined;
  busy: boolean;
  onCode: (code: string) => void;
  onAgain: () => void;
  onBack: () => void;
}

const digits = 6;

export function CodeStep({ phone, expiresAt, fault, busy, onCode, onAgain, onBack }: Props) {
  const [code, setCode] = useState("");
  const left = useCountdown(expiresAt);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    if (fault !== undefined) input.current?.select();
  }, [fault]);

  function write(value: string): void {
    const next = value.replace(/\D/g, "").slice(0, digits);
    setCode(next);
    if (next.length === digits && next !== code && !busy) onCode(next);
  }

  return (
    <form
      class={css.form}
      onSubmit={(e) => {
        e.preventDefault();
        if (code.length === digits) onCode(code);
      }}
    >
      <p class={css.about}>{t("sign-in.code-sent", { phone: readable(phone) })}</p>
      <Field
        label={t("sign-in.code")}
        inputRef={input}
        name="code"
        inputMode="numeric"
        autocomplete="one-time-code"
        placeholder="······"
        value={code}
        onValue={write}
        error={fault && faultText(fault)}
        hint={left > 0 ? t("sign-in.code-left", { left: duration(left) }) : t("fault.code_expired")}
      />
      <Button look="main" wide type="submit" busy={busy} disabled={code.length < digits}>
        {t("next")}
      </Button>
      <div class={css.beside}>
        <Button onClick={onBack}>{t("sign-in.other-number")}</Button>
        <Button
          disabled={busy}
          onClick={() => {
            setCode("");
            onAgain();
          }}
        >
          {t("sign-in.code-again")}
        </Button>
      </div>
    </form>
  );
}

/** Milliseconds left until a moment, told anew each second. */
function useCountdown(until: number): number {
  const [left, setLeft] = useState(() => until - Date.now());
  useEffect(() => {
    const tell = (): void => setLeft(Math.max(0, until - Date.now()));
    tell();
    const timer = setInterval(tell, 1000);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}
