import { useState } from "preact/hooks";
import { useSession } from "../session";
import { CodeStep } from "../sign-in/CodeStep";
import { PhoneField } from "../sign-in/PhoneField";
import { language, t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Sheet } from "../ui/Sheet";
import { toast } from "../ui/Toast";
import { useWork } from "../ui/useWork";
import { PinField } from "./PinSheet";
import css from "./Settings.module.css";

/** Moves the account to another number: the number, then the code that was sent there. */
export function PhoneSheet({ onClose }: { onClose: () => void }) {
  const { account, me } = useSession();
  const protectedBy = me.value?.has_pin === true;
  const [phone, setPhone] = useState("");
  const [pin, setPin] = useState("");
  const [sent, setSent] = useState<{ phone: string; expiresAt: number }>();
  const { busy, fault, run, forget } = useWork();

  const send = (to: string): Promise<boolean> =>
    run(async () => {
      const answer = await account.requestPhoneCode(to, language());
      setSent({ phone: answer.phone, expiresAt: Date.parse(answer.expires_at) });
    });

  if (sent !== undefined) {
    return (
      <Sheet title={t("phone.change")} onClose={onClose}>
        <CodeStep
          phone={sent.phone}
          expiresAt={sent.expiresAt}
          fault={fault}
          busy={busy}
          onCode={async (code) => {
            if (!(await run(() => account.changePhone(sent.phone, code, protectedBy ? pin : undefined))))
              return;
            onClose();
            toast(t("phone.changed"));
          }}
          onAgain={() => void send(sent.phone)}
          onBack={() => {
            forget();
            setSent(undefined);
          }}
        />
      </Sheet>
    );
  }
  return (
    <Sheet title={t("phone.change")} onClose={onClose}>
      <form
        class={css.part}
        onSubmit={(e) => {
          e.preventDefault();
          void send(phone);
        }}
      >
        <p class={css.quietly}>{t("phone.about")}</p>
        <PhoneField label={t("phone.new")} onPhone={setPhone} error={fault && faultText(fault)} />
        {protectedBy && <PinField label={t("sign-in.pin")} name="old-pin" value={pin} onValue={setPin} />}
        <Button
          look="main"
          wide
          type="submit"
          busy={busy}
          disabled={phone === "" || (protectedBy && pin === "")}
        >
          {t("sign-in.send-code")}
        </Button>
      </form>
    </Sheet>
  );
}
