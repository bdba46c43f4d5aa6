import type { Place } from "../places";
import { useSession } from "../session";
import { type Key, t } from "../text";
import { Icon, type IconName } from "./Icon";
import css from "./Nav.module.css";

const tabs: { href: string; icon: IconName; label: Key; places: Place["name"][] }[] = [
  { href: "/friends", icon: "friends", label: "friends.title", places: ["friends"] },
  { href: "/rooms", icon: "rooms", label: "rooms.title", places: ["rooms", "room", "new-room", "invite"] },
  { href: "/settings", icon: "settings", label: "settings.title", places: ["settings"] },
];

/** The three main places: below on a phone, at the side of a larger screen. */
export function Nav({ place }: { place: Place["name"] }) {
  const unread = useSession().rooms.unread.value;
  return (
    <nav class={css.nav} aria-label={t("nav")}>
      {tabs.map((tab) => (
        <a
          key={tab.href}
          href={tab.href}
          class={css.tab}
          aria-current={tab.places.includes(place) ? "page" : undefined}
        >
          <Icon name={tab.icon} size={26} />
          <span class={css.label}>{t(tab.label)}</span>
          {tab.href === "/rooms" && unread > 0 && (
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
