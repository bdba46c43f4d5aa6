import { useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { useWork } from "../ui/useWork";
import type { User } from "../wire/types";
import css from "./Add.module.css";
import { FoundPerson } from "./FoundPerson";
import MyCode from "./MyCode";
import { Scanner } from "./Scanner";
import { Tabs } from "./Tabs";
import { readLink } from "./links";

/** The person's own code, and the way to read those of others. */
export default function ByCode({ onClose }: { onClose: () => void }) {
  const [side, setSide] = useState<"mine" | "scan">("mine");
  return (
    <Tabs<"mine" | "scan">
      label={t("friends.by-code")}
      tabs={[
        { name: "mine", label: t("code.mine") },
        { name: "scan", label: t("scan.title") },
      ]}
      chosen={side}
      onChoose={setSide}
    >
      {side === "mine" ? <MyCode /> : <Scan onClose={onClose} />}
    </Tabs>
  );
}

function Scan({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const { route } = useLocation();
  const [user, setUser] = useState<User>();
  const [strange, setStrange] = useState(false);
  const { fault, run } = useWork();
  const last = useRef("");

  function read(text: string): void {
    const shared = readLink(text, location.origin);
    // The camera says the same many times in a second.
    if (text === last.current && shared !== undefined) return;
    last.current = text;
    setStrange(shared === undefined);
    if (shared?.name === "person") {
      void run(async () => {
        setUser(await session.api.userByHandle(shared.handle));
      }).then((found) => {
        if (!found) last.current = "";
      });
    }
    if (shared?.name === "invite") {
      onClose();
      route(`/invite/${encodeURIComponent(shared.token)}`);
    }
  }

  if (user !== undefined)
    return (
      <div class={css.form}>
        <FoundPerson user={user} onClose={onClose} />
        <Button
          wide
          onClick={() => {
            last.current = "";
            setUser(undefined);
          }}
        >
          {t("scan.again")}
        </Button>
      </div>
    );
  const gone = fault?.code === "user_unknown";
  const wrong = strange ? t("scan.strange") : fault === undefined ? "" : gone ? t("friends.no-handle") : faultText(fault); // prettier-ignore
  return <Scanner onText={read} wrong={wrong} />;
}
