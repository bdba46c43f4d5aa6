import { useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { useWork } from "../ui/useWork";
import type { User } from "../wire/types";
import css from "./Add.module.css";
import { FoundPerson } from "./FoundPerson";
import { plainHandle } from "./links";

export function ByHandle({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const [handle, setHandle] = useState("");
  const [found, setFound] = useState<User>();
  const { busy, fault, run, forget } = useWork();
  return (
    <form
      class={css.form}
      onSubmit={(e) => {
        e.preventDefault();
        setFound(undefined);
        void run(async () => setFound(await session.api.userByHandle(plainHandle(handle))));
      }}
    >
      <Field
        label={t("profile.handle")}
        name="handle"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={handle}
        onValue={(value) => {
          setHandle(value);
          setFound(undefined);
          forget();
        }}
        hint={t("friends.handle-hint")}
        error={fault && (fault.code === "user_unknown" ? t("friends.no-handle") : faultText(fault))}
      />
      {found === undefined ? (
        <Button look="main" wide type="submit" busy={busy} disabled={handle.trim() === ""}>
          {t("friends.find")}
        </Button>
      ) : (
        <FoundPerson user={found} onClose={onClose} />
      )}
    </form>
  );
}
