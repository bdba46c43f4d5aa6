import { Suspense, lazy } from "preact/compat";
import { useState } from "preact/hooks";
import type { MorePart } from "../places";
import { useSession } from "../session";
import { readable } from "../sign-in/countries";
import { type Key, t } from "../text";
import { Avatar } from "../ui/Avatar";
import { Icon, type IconName } from "../ui/Icon";
import { Pane } from "../ui/Pane";
import { finePointer } from "../ui/width";
import { InstallRow } from "./InstallRow";
import css from "./More.module.css";

const Shortcuts = lazy(() => import("../keys/ShortcutsSheet"));

/** The parts, and what each is called. The first is reached by the person themselves on top. */
export const partTitles = {
  profile: "settings.profile",
  notifications: "push.title",
  privacy: "privacy.title",
  devices: "devices.title",
  account: "account.title",
  look: "look.title",
  language: "settings.language",
  about: "about.title",
} as const satisfies Record<MorePart, Key>;

const groups: { part: MorePart; icon: IconName }[][] = [
  [
    { part: "notifications", icon: "bell" },
    { part: "privacy", icon: "lock" },
    { part: "devices", icon: "device" },
    { part: "account", icon: "phone" },
  ],
  [
    { part: "look", icon: "look" },
    { part: "language", icon: "globe" },
    { part: "about", icon: "info" },
  ],
];

/** The person's own things. */
export default function MoreScreen({ open }: { open: MorePart | undefined }) {
  const me = useSession().me.value;
  const [keys, setKeys] = useState(false);
  if (me === undefined) return null;
  return (
    <Pane title={t("more.title")}>
      <a class={css.me} href="/more/profile" aria-current={open === "profile" ? "page" : undefined}>
        <Avatar id={me.id} name={me.name} photo={me.photo_id} size="l" />
        <span class={css.words}>
          <strong>{me.name}</strong>
          <span>{readable(me.phone)}</span>
          {me.handle !== undefined && <span>@{me.handle}</span>}
          {me.admin === true && <span class={css.admin}>{t("settings.admin")}</span>}
        </span>
        <span class={css.edit}>{t("settings.profile")}</span>
      </a>
      {groups.map((group) => (
        <ul key={group[0]?.part} class={css.group}>
          {group.map(({ part, icon }) => (
            <li key={part}>
              <a class={css.row} href={`/more/${part}`} aria-current={open === part ? "page" : undefined}>
                <Icon name={icon} />
                <span>{t(partTitles[part])}</span>
                <Icon name="chevron" size={18} />
              </a>
            </li>
          ))}
        </ul>
      ))}
      <ul class={css.group}>
        <InstallRow />
        {finePointer.value && (
          <li>
            <button type="button" class={css.row} onClick={() => setKeys(true)}>
              <Icon name="keyboard" />
              <span>{t("keys.title")}</span>
            </button>
          </li>
        )}
      </ul>
      {keys && (
        <Suspense fallback={null}>
          <Shortcuts onClose={() => setKeys(false)} />
        </Suspense>
      )}
    </Pane>
  );
}
