import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { Invitation } from "../net/api";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Empty, Skeleton } from "../ui/Empty";
import { useWork } from "../ui/useWork";

/** Where an invitation link leads: what the group is, and the way in. */
export default function InviteScreen({ token }: { token: string }) {
  const session = useSession();
  const { route } = useLocation();
  const [invitation, setInvitation] = useState<Invitation>();
  const { busy, fault, run } = useWork();
  useEffect(() => {
    void run(async () => {
      const found = await session.api.invitation(token);
      if (found.room_id === undefined) setInvitation(found);
      else route(`/rooms/${found.room_id}`, true);
    });
  }, [token]);

  if (fault !== undefined) {
    return (
      <Empty whole icon="warning" title={t("invite.title")} text={faultText(fault)}>
        <a class="link-button" href="/rooms">
          {t("nowhere.home")}
        </a>
      </Empty>
    );
  }
  if (invitation === undefined) return <Skeleton rows={1} label={t("loading")} />;
  return (
    <Empty
      whole
      icon="group"
      title={invitation.title ?? t("invite.title")}
      text={t("invite.about", { n: invitation.member_count })}
    >
      <Button
        look="main"
        busy={busy}
        onClick={() => run(async () => route(`/rooms/${(await session.acceptInvitation(token)).id}`, true))}
      >
        {t("invite.join")}
      </Button>
    </Empty>
  );
}
