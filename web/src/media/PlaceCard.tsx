import { t } from "../text";
import { Icon } from "../ui/Icon";
import type { Place } from "../wire/types";
import css from "./PlaceCard.module.css";
import { coordinates, geoAddress, mapAddress } from "./places";

/** A place: its name and where it is. Nothing is loaded from a map's server until the person opens it. */
export function PlaceCard({ place }: { place: Place }) {
  const name = place.name === undefined || place.name === "" ? t("message.a-place") : place.name;
  // Programs for maps take such addresses on Android alone.
  const phone = /Android/.test(navigator.userAgent);
  return (
    <div class={css.place}>
      <a class={css.open} href={mapAddress(place)} target="_blank" rel="noopener noreferrer nofollow">
        <span class={css.sketch} aria-hidden="true">
          <span class={css.pin}>
            <Icon name="place" size={26} />
          </span>
        </span>
        <span class={css.words}>
          <strong>{name}</strong>
          {place.address !== undefined && place.address !== "" && <span>{place.address}</span>}
          <span class={css.at}>{coordinates(place)}</span>
          <span class={css.more}>{t("place.open")}</span>
        </span>
      </a>
      {phone && (
        <a class={css.button} href={geoAddress(place)}>
          {t("place.in-app")}
        </a>
      )}
    </div>
  );
}
