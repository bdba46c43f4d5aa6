import type { Tab } from "../places";
import { useSession } from "../session";
import { type Key, t } from "../text";
import { Icon, type IconName } from "./Icon";
import css from "./Nav.module.css";

/** What each tab is called. */
export const titles = {
  friends: "friends.title",
  rooms: "rooms.title",
  plus: "plus.title",
  more: "more.title",
} as const satisfies Record<Tab, Key>;

const tabs: { tab: Tab; icon: IconName }[] = [
  { tab: "friends", icon: "friends" },
  { tab: "rooms", icon: "rooms" },
  { tab: "plus", icon: "plus-friends" },
  { tab: "more", icon: "more" },
];

/** The four main places: below on a phone, at the side of a larger screen. */
export function Nav({ tab: here }: { tab: Tab }) {
  const unread = useSession().rooms.unread.value;
  return (
    <nav class={css.nav} aria-label={t("nav")}>
      {tabs.map(({ tab, icon }) => (
        <a key={tab} href={`/${tab}`} class={css.tab} aria-current={tab === here ? "page" : undefined}>
          <Icon name={icon} size={26} />
          <span class={css.label}>{t(titles[tab])}</span>
          {tab === "rooms" && unread > 0 && (
            <span class={css.badge}>
              <span aria-hidden="true">{unread > 99 ? "99+" : unread}</span>
              <span class="unseen">{t("rooms.unread", { n: unread })}</span>
            </span>
          )}
        </a>
      ))}
    </nav>
  );
}
