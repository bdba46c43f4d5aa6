import { useState } from "preact/hooks";
import type { Fault } from "../net/fault";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import css from "./SignIn.module.css";

interface Props {
  fault: Fault | undefined;
  busy: boolean;
  onPin: (pin: string) => void;
  /** Start a new account: the PIN is forgotten, or the number was somebody else's. */
  onFresh: () => void;
}

export function PinStep({ fault, busy, onPin, onFresh }: Props) {
  const [pin, setPin] = useState("");
  return (
    <form
      class={css.form}
      onSubmit={(e) => {
        e.preventDefault();
        onPin(pin);
      }}
    >
      <p class={css.about}>{t("sign-in.pin-about")}</p>
      <Field
        label={t("sign-in.pin")}
        type="password"
        name="pin"
        autocomplete="current-password"
        inputMode="numeric"
        required
        value={pin}
        onValue={setPin}
        error={fault && faultText(fault)}
      />
      <Button look="main" wide type="submit" busy={busy} disabled={pin === ""}>
        {t("next")}
      </Button>
      <details class={css.details}>
        <summary>{t("sign-in.pin-forgotten")}</summary>
        <p>{t("sign-in.fresh-about")}</p>
        <Button look="danger" wide disabled={busy} onClick={onFresh}>
          {t("sign-in.fresh")}
        </Button>
      </details>
    </form>
  );
}
