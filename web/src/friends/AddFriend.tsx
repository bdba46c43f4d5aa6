import { Suspense, lazy } from "preact/compat";
import { useState } from "preact/hooks";
import { t } from "../text";
import { Sheet } from "../ui/Sheet";
import { ByHandle } from "./ByHandle";
import { ByPhone } from "./ByPhone";
import { Tabs } from "./Tabs";

const ByCode = lazy(() => import("./ByCode"));
const ByBook = lazy(() => import("./ByBook"));

export type Way = "handle" | "phone" | "code" | "book";

/** The ways to a friend. */
export default function AddFriend({ onClose }: { onClose: () => void }) {
  const [way, setWay] = useState<Way>("handle");
  return (
    <Sheet title={t("friends.add")} onClose={onClose}>
      <Tabs<Way>
        label={t("friends.add")}
        tabs={[
          { name: "handle", label: t("friends.by-handle"), icon: "at" },
          { name: "phone", label: t("friends.by-phone"), icon: "phone" },
          { name: "code", label: t("friends.by-code"), icon: "qr" },
          { name: "book", label: t("friends.by-book"), icon: "book" },
        ]}
        chosen={way}
        onChoose={setWay}
      >
        {way === "handle" && <ByHandle onClose={onClose} />}
        {way === "phone" && <ByPhone onClose={onClose} onInvite={() => setWay("code")} />}
        <Suspense fallback={<p role="status">{t("loading")}</p>}>
          {way === "code" && <ByCode onClose={onClose} />}
          {way === "book" && <ByBook onInvite={() => setWay("code")} />}
        </Suspense>
      </Tabs>
    </Sheet>
  );
}
