import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Empty, Skeleton } from "../ui/Empty";
import { useWork } from "../ui/useWork";
import type { User } from "../wire/types";
import { ProfileSheet } from "./ProfileSheet";

/** Where a person's link or QR code leads: their profile. */
export default function AddByLink({ handle }: { handle: string }) {
  const session = useSession();
  const { route } = useLocation();
  const [user, setUser] = useState<User>();
  const { fault, run } = useWork();
  useEffect(() => {
    void run(async () => setUser(await session.api.userByHandle(handle)));
  }, [handle]);
  if (fault !== undefined) {
    const text = fault.code === "user_unknown" ? t("friends.no-handle") : faultText(fault);
    return (
      <Empty whole icon="friends" title={`@${handle}`} text={text}>
        <a class="link-button" href="/friends">
          {t("rooms.to-friends")}
        </a>
      </Empty>
    );
  }
  if (user === undefined) return <Skeleton rows={1} label={t("loading")} />;
  return <ProfileSheet user={user} onClose={() => route("/friends", true)} />;
}
