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
  onName: (name: string) => void;
}

/** The first thing that a new person says of themselves. */
export function NameStep({ fault, busy, onName }: Props) {
  const [name, setName] = useState("");
  return (
    <form
      class={css.form}
      onSubmit={(e) => {
        e.preventDefault();
        onName(name.trim());
      }}
    >
      <p class={css.about}>{t("sign-in.new-here")}</p>
      <Field
        label={t("profile.name")}
        name="name"
        autocomplete="name"
        required
        value={name}
        onValue={setName}
        error={fault && faultText(fault)}
        hint={t("profile.name-hint")}
      />
      <Button look="main" wide type="submit" busy={busy} disabled={name.trim() === ""}>
        {t("sign-in.begin")}
      </Button>
    </form>
  );
}
