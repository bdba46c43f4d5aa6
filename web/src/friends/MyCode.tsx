import { useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { QrCode } from "../ui/QrCode";
import { codePicture } from "../ui/qr";
import type { Me } from "../wire/types";
import { HandleForm } from "./HandleForm";
import css from "./Code.module.css";
import { personLink } from "./links";

/** This person's link as a QR code, and the ways to give it to others. */
export default function MyCode() {
  const me = useSession().me.value;
  if (me === undefined) return null;
  if (me.handle === undefined) return <HandleForm />;
  return <Code me={me} link={personLink(location.origin, me.handle)} handle={me.handle} />;
}

function Code({ me, link, handle }: { me: Me; link: string; handle: string }) {
  const [told, setTold] = useState("");

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      setTold(t("code.copied"));
    } catch {
      setTold(t("code.not-copied"));
    }
  }

  async function share(): Promise<void> {
    const picture = new File([await codePicture(link, [me.name, `@${handle}`])], `${handle}.png`, {
      type: "image/png",
    });
    const data: ShareData = { url: link, title: me.name };
    const whole = { ...data, files: [picture] };
    try {
      await navigator.share(navigator.canShare(whole) ? whole : data);
    } catch {
      // The person chose nobody.
    }
  }

  async function save(): Promise<void> {
    const url = URL.createObjectURL(await codePicture(link, [me.name, `@${handle}`]));
    const a = document.createElement("a");
    a.href = url;
    a.download = `madang-${handle}.png`;
    a.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000); // by then the browser has it
    setTold(t("code.saved"));
  }

  return (
    <div class={css.mine}>
      <QrCode text={link} label={t("code.label", { name: me.name })} />
      <p class={css.who}>
        <strong>{me.name}</strong>
        <span>@{handle}</span>
      </p>
      <p class={css.link}>{link}</p>
      <div class={css.ways}>
        <Button onClick={copy}>
          <Icon name="copy" size={20} />
          {t("code.copy")}
        </Button>
        {typeof navigator.share === "function" && (
          <Button onClick={share}>
            <Icon name="share" size={20} />
            {t("code.share")}
          </Button>
        )}
        <Button onClick={save}>
          <Icon name="download" size={20} />
          {t("code.save")}
        </Button>
      </div>
      <p class={css.told} role="status">
        {told === "" ? t("code.about") : told}
      </p>
    </div>
  );
}
