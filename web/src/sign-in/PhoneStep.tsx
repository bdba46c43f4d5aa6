import { useState } from "preact/hooks";
import type { Fault } from "../net/fault";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import css from "./SignIn.module.css";
import { CountryChoice } from "./CountryChoice";
import { e164, guessCountry } from "./countries";

interface Props {
  fault: Fault | undefined;
  busy: boolean;
  onPhone: (phone: string) => void;
}

export function PhoneStep({ fault, busy, onPhone }: Props) {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [country, setCountry] = useState(() => guessCountry(navigator.languages, timeZone));
  const [written, setWritten] = useState("");
  return (
    <form
      class={css.form}
      onSubmit={(e) => {
        e.preventDefault();
        onPhone(e164(country, written));
      }}
    >
      <Field
        label={t("sign-in.phone")}
        type="tel"
        name="phone"
        autocomplete="tel"
        inputMode="tel"
        placeholder={country === "KR" ? "010-1234-5678" : ""}
        required
        value={written}
        onValue={setWritten}
        error={fault && faultText(fault)}
        hint={t("sign-in.phone-hint")}
        before={<CountryChoice country={country} onCountry={setCountry} />}
      />
      <Button look="main" wide type="submit" busy={busy} disabled={written.trim() === ""}>
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
