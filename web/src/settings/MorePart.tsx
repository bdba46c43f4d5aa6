import { Suspense, lazy } from "preact/compat";
import type { MorePart } from "../places";
import { t } from "../text";
import { Skeleton } from "../ui/Empty";
import { Icon } from "../ui/Icon";
import { Pane } from "../ui/Pane";
import { partTitles } from "./MoreScreen";
import css from "./Settings.module.css";

const parts = {
  profile: lazy(() => import("./Profile")),
  notifications: lazy(() => import("./Notifications")),
  privacy: lazy(() => import("./Privacy")),
  devices: lazy(() => import("./Devices")),
  account: lazy(() => import("./Account")),
  look: lazy(() => import("./LookPart")),
  language: lazy(() => import("./LanguagePart")),
  about: lazy(() => import("./About")),
} as const satisfies Record<MorePart, unknown>;

/** One part of what is behind "More". */
export default function MorePartScreen({ part }: { part: MorePart }) {
  const Part = parts[part];
  return (
    <Pane
      key={part}
      column
      title={t(partTitles[part])}
      before={
        <a class={`icon-link ${css.back}`} href="/more" aria-label={t("back")}>
          <Icon name="back" />
        </a>
      }
    >
      <div class={css.parts}>
        <Suspense fallback={<Skeleton rows={3} label={t("loading")} />}>
          <Part />
        </Suspense>
      </div>
    </Pane>
  );
}
