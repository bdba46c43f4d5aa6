import { useState } from "preact/hooks";
import type { Fault } from "../net/fault";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { PhoneField } from "./PhoneField";
import css from "./SignIn.module.css";

interface Props {
  fault: Fault | undefined;
  busy: boolean;
  onPhone: (phone: string) => void;
}

export function PhoneStep({ fault, busy, onPhone }: Props) {
  const [phone, setPhone] = useState("");
  return (
    <form
      class={css.form}
      onSubmit={(e) => {
        e.preventDefault();
        onPhone(phone);
      }}
    >
      <PhoneField
        label={t("sign-in.phone")}
        hint={t("sign-in.phone-hint")}
        onPhone={setPhone}
        error={fault && faultText(fault)}
      />
      <Button look="main" wide type="submit" busy={busy} disabled={phone === ""}>
        {t("sign-in.send-code")}
      </Button>
      <details class={css.details}>
        <summary>{t("sign-in.consent")}</summary>
        <h2>{t("sign-in.terms")}</h2>
        <p>{t("sign-in.terms-text")}</p>
        <h2>{t("sign-in.privacy")}</h2>
        <p>{t("sign-in.privacy-text")}</p>
      </details>
    </form>
  );
}
