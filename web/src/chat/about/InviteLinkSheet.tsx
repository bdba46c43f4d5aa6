import { useState } from "preact/hooks";
import type { InviteLink } from "../../net/api";
import { useSession } from "../../session";
import type { LiveRoom } from "../../store/live-room";
import { t } from "../../text";
import { moment } from "../../text/dates";
import { faultText } from "../../text/faults";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { QrCode } from "../../ui/QrCode";
import { Sheet } from "../../ui/Sheet";
import { toast } from "../../ui/Toast";
import { useWork } from "../../ui/useWork";
import { roomTitle } from "../names";
import css from "./InviteLinkSheet.module.css";

/** Links that were made here, until the page is closed: the server does not show one twice. */
const made = new WeakMap<LiveRoom, InviteLink>();

/** A link into a group, as an address and as a code for cameras. */
export function InviteLinkSheet({ room, onClose }: { room: LiveRoom; onClose: () => void }) {
  const session = useSession();
  const { busy, fault, run } = useWork();
  const [link, setLink] = useState(made.get(room));
  const [revoking, setRevoking] = useState(false);
  const name = roomTitle(session, room);

  if (revoking) {
    return (
      <Confirm
        title={t("invite.revoke")}
        text={t("invite.revoke-about")}
        yes={t("invite.revoke-short")}
        onYes={async () => {
          await session.groups.revokeLinks(room);
          made.delete(room);
          setLink(undefined);
          toast(t("invite.revoked"));
        }}
        onClose={() => setRevoking(false)}
      />
    );
  }
  const make = () =>
    run(async () => {
      const fresh = await session.groups.link(room);
      made.set(room, fresh);
      setLink(fresh);
    });
  return (
    <Sheet title={t("invite.by-link")} onClose={onClose}>
      <div class={css.parts}>
        <p class={css.about}>{t("invite.link-about")}</p>
        {fault !== undefined && (
          <p class={css.error} role="alert">
            {faultText(fault)}
          </p>
        )}
        {link === undefined ? (
          <Button look="main" wide busy={busy} onClick={make}>
            {t("invite.make")}
          </Button>
        ) : (
          <>
            <QrCode text={link.url} label={t("invite.code", { name })} />
            <p class={css.address}>{link.url}</p>
            <p class={css.about}>{t("invite.until", { at: moment(Date.parse(link.expires_at)) })}</p>
            <div class={css.pair}>
              <Button
                look="main"
                wide
                onClick={() =>
                  run(async () => {
                    await navigator.clipboard.writeText(link.url);
                    toast(t("invite.copied"));
                  })
                }
              >
                {t("message.copy")}
              </Button>
              {"share" in navigator && (
                <Button wide onClick={() => void share(name, link.url)}>
                  {t("invite.share")}
                </Button>
              )}
            </div>
          </>
        )}
        <Button look="danger" wide onClick={() => setRevoking(true)}>
          {t("invite.revoke")}
        </Button>
      </div>
    </Sheet>
  );
}

async function share(title: string, url: string): Promise<void> {
  try {
    await navigator.share({ title, url });
  } catch {
    // The person thought better of it.
  }
}
