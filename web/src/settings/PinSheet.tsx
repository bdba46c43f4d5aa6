import { useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Sheet } from "../ui/Sheet";
import { toast } from "../ui/Toast";
import { useWork } from "../ui/useWork";
import css from "./Settings.module.css";

export type PinWish = "set" | "change" | "remove";

const form = /^\d{4,8}$/;
const titles = { set: "pin.set", change: "pin.change", remove: "pin.remove" } as const;

/** Sets, changes or removes the PIN that is asked for on a new device. */
export function PinSheet({ wish, onClose }: { wish: PinWish; onClose: () => void }) {
  const { account } = useSession();
  const [old, setOld] = useState("");
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const { busy, fault, run } = useWork();
  const asksOld = wish !== "set";
  const asksNew = wish !== "remove";
  const differ = again !== "" && again !== pin;
  const ready = (!asksOld || old !== "") && (!asksNew || (form.test(pin) && again === pin));
  const said = fault === undefined ? undefined : faultText(fault);

  async function save(): Promise<void> {
    const done = await run(() =>
      asksNew ? account.setPin(pin, asksOld ? old : undefined) : account.removePin(old),
    );
    if (!done) return;
    onClose();
    toast(t(asksNew ? "pin.saved" : "pin.removed"));
  }

  return (
    <Sheet title={t(titles[wish])} onClose={onClose}>
      <form
        class={css.part}
        onSubmit={(e) => {
          e.preventDefault();
          if (ready) void save();
        }}
      >
        {asksNew && <p class={css.quietly}>{t("pin.about")}</p>}
        {asksOld && (
          <PinField label={t("pin.old")} name="old-pin" value={old} onValue={setOld} error={said} />
        )}
        {asksNew && (
          <>
            <PinField
              label={t("pin.new")}
              name="new-pin"
              value={pin}
              onValue={setPin}
              hint={t("pin.form")}
              error={asksOld ? undefined : said}
            />
            <PinField
              label={t("pin.again")}
              name="new-pin-again"
              value={again}
              onValue={setAgain}
              error={differ ? t("pin.differ") : undefined}
            />
          </>
        )}
        <Button look={asksNew ? "main" : "danger"} wide type="submit" busy={busy} disabled={!ready}>
          {t(asksNew ? "save" : "pin.remove")}
        </Button>
      </form>
    </Sheet>
  );
}

interface FieldProps {
  label: string;
  name: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  error?: string | undefined;
}

/** A field for the digits of a PIN. */
export function PinField({ name, onValue, ...rest }: FieldProps) {
  return (
    <Field
      {...rest}
      name={name}
      type="password"
      inputMode="numeric"
      autocomplete={name.startsWith("new") ? "new-password" : "current-password"}
      onValue={(value) => onValue(value.replace(/\D/g, "").slice(0, 8))}
    />
  );
}
