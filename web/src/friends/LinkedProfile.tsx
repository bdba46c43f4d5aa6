import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Sheet } from "../ui/Sheet";
import { useWork } from "../ui/useWork";
import type { User } from "../wire/types";
import css from "./Add.module.css";
import { ProfileSheet } from "./ProfileSheet";

/** Where a person's link or QR code leads: their profile, over the friends. */
export function LinkedProfile({ handle }: { handle: string }) {
  const session = useSession();
  const { route } = useLocation();
  const [user, setUser] = useState<User>();
  const { busy, fault, run } = useWork();
  const load = (): Promise<boolean> => run(async () => setUser(await session.api.userByHandle(handle)));
  useEffect(() => {
    void load();
  }, [handle]);
  const close = (): void => route("/friends", true);

  if (user !== undefined) return <ProfileSheet user={user} onClose={close} />;
  if (fault === undefined) return null;
  const nobody = fault.code === "user_unknown";
  return (
    <Sheet title={`@${handle}`} onClose={close}>
      <div class={css.form}>
        <p role="alert">{nobody ? t("friends.no-handle") : faultText(fault)}</p>
        {!nobody && (
          <Button wide busy={busy} onClick={load}>
            {t("add.again")}
          </Button>
        )}
      </div>
    </Sheet>
  );
}
