import { useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { useWork } from "../ui/useWork";
import css from "./Code.module.css";
import { plainHandle } from "./links";

/** A link needs a handle: who has none chooses it here. */
export function HandleForm() {
  const session = useSession();
  const [handle, setHandle] = useState("");
  const { busy, fault, run } = useWork();
  return (
    <form
      class={css.form}
      onSubmit={(e) => {
        e.preventDefault();
        void run(() => session.setHandle(plainHandle(handle)));
      }}
    >
      <p>{t("code.needs-handle")}</p>
      <Field
        label={t("profile.my-handle")}
        name="my-handle"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={handle}
        onValue={setHandle}
        hint={t("profile.handle-hint")}
        error={fault && faultText(fault)}
      />
      <Button look="main" wide type="submit" busy={busy} disabled={handle.trim() === ""}>
        {t("save")}
      </Button>
    </form>
  );
}
