import { useState } from "preact/hooks";
import { Field } from "../ui/Field";
import { CountryChoice } from "./CountryChoice";
import { type Country, e164, guessCountry } from "./countries";

interface Props {
  label: string;
  /** Hears the number in E.164 form, "" while nothing is written. */
  onPhone: (phone: string) => void;
  error?: string | undefined;
  hint?: string;
}

/** The person's own phone number, as people of its country write it. */
export function PhoneField({ label, onPhone, error, hint }: Props) {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [country, setCountry] = useState(() => guessCountry(navigator.languages, timeZone));
  const [written, setWritten] = useState("");
  const tell = (c: Country, w: string): void => onPhone(w.trim() === "" ? "" : e164(c, w));
  return (
    <Field
      label={label}
      type="tel"
      name="phone"
      autocomplete="tel"
      inputMode="tel"
      placeholder={country === "KR" ? "010-1234-5678" : ""}
      required
      value={written}
      onValue={(value) => {
        setWritten(value);
        tell(country, value);
      }}
      error={error}
      hint={hint}
      before={
        <CountryChoice
          country={country}
          onCountry={(next) => {
            setCountry(next);
            tell(next, written);
          }}
        />
      }
    />
  );
}
