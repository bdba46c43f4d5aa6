import { language, t } from "../text";
import { Icon } from "../ui/Icon";
import css from "./CountryChoice.module.css";
import { type Country, callingCode, countries } from "./countries";

interface Props {
  country: Country;
  onCountry: (country: Country) => void;
}

/**
 * Chooses whose calling code a number has; stands in front of the number. The
 * names of some countries are as long as the screen: what is chosen shows by its
 * code.
 */
export function CountryChoice({ country, onCountry }: Props) {
  const names = new Intl.DisplayNames([language()], { type: "region" });
  const sorted = countries.toSorted((a, b) => (names.of(a) ?? a).localeCompare(names.of(b) ?? b, language()));
  return (
    <span class={css.country}>
      <span aria-hidden="true">+{callingCode(country)}</span>
      <Icon name="down" size={14} />
      <select
        aria-label={t("sign-in.country")}
        value={country}
        onChange={(e) => onCountry(e.currentTarget.value as Country)}
      >
        {sorted.map((c) => (
          <option key={c} value={c}>
            {`${names.of(c)} +${callingCode(c)}`}
          </option>
        ))}
      </select>
    </span>
  );
}
