import { useState } from "preact/hooks";
import { forgetPush } from "../push/push";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Sheet } from "../ui/Sheet";
import { useWork } from "../ui/useWork";
import { PinField } from "./PinSheet";
import css from "./Settings.module.css";

/** Deletes the account once the person has written that they mean it. */
export function DeleteSheet({ onClose }: { onClose: () => void }) {
  const { account, me } = useSession();
  const protectedBy = me.value?.has_pin === true;
  const [written, setWritten] = useState("");
  const [pin, setPin] = useState("");
  const { busy, fault, run } = useWork();
  const word = t("delete.word");
  const meant = written.trim().toLocaleLowerCase() === word.toLocaleLowerCase();
  const said = fault === undefined ? undefined : faultText(fault);
  return (
    <Sheet title={t("delete.title")} onClose={onClose}>
      <form
        class={css.part}
        onSubmit={(e) => {
          e.preventDefault();
          if (!meant) return;
          void run(async () => {
            await account.delete(protectedBy ? pin : undefined);
            await forgetPush().catch(() => undefined);
          });
        }}
      >
        <p>{t("delete.about")}</p>
        <ul class={css.lost}>
          <li>{t("delete.profile")}</li>
          <li>{t("delete.rooms")}</li>
          <li>{t("delete.devices")}</li>
        </ul>
        {protectedBy && (
          <PinField label={t("sign-in.pin")} name="old-pin" value={pin} onValue={setPin} error={said} />
        )}
        <Field
          label={t("delete.write", { word })}
          name="word"
          autocomplete="off"
          autocapitalize="none"
          value={written}
          onValue={setWritten}
          error={protectedBy ? undefined : said}
        />
        <Button look="danger" wide type="submit" busy={busy} disabled={!meant || (protectedBy && pin === "")}>
          {t("delete.account")}
        </Button>
      </form>
    </Sheet>
  );
}
