import type { QuietHours } from "../net/api";
import { t } from "../text";
import { weekday } from "../text/dates";
import { IconButton } from "../ui/Button";
import css from "./Quiet.module.css";

const week = [1, 2, 3, 4, 5, 6, 7];

interface Props {
  /** Which of the hours, for those who hear the page. */
  n: number;
  hours: QuietHours;
  onChange: (hours: QuietHours) => void;
  onRemove: () => void;
}

/** Some days of the week, and from when to when it is quiet. */
export function QuietRow({ n, hours, onChange, onRemove }: Props) {
  const { days, from, to } = hours;
  const turn = (day: number, on: boolean): void =>
    onChange({
      ...hours,
      days: on ? [...days, day].toSorted((a, b) => a - b) : days.filter((d) => d !== day),
    });
  return (
    <fieldset class={css.row}>
      <legend class="unseen">{`${t("quiet.title")} ${n}`}</legend>
      <div class={css.days} role="group" aria-label={t("quiet.days")}>
        {week.map((day) => (
          <label key={day} class={css.day}>
            <input
              type="checkbox"
              checked={days.includes(day)}
              aria-label={weekday(day, "long")}
              onChange={(e) => turn(day, e.currentTarget.checked)}
            />
            <span aria-hidden="true">{weekday(day, "short")}</span>
          </label>
        ))}
      </div>
      <div class={css.times}>
        <label>
          <span>{t("quiet.from")}</span>
          <input
            type="time"
            required
            value={from}
            onInput={(e) => onChange({ ...hours, from: e.currentTarget.value })}
          />
        </label>
        <label>
          <span>{t("quiet.to")}</span>
          <input
            type="time"
            required
            value={to}
            onInput={(e) => onChange({ ...hours, to: e.currentTarget.value })}
          />
        </label>
        <IconButton icon="trash" label={t("quiet.remove")} onClick={onRemove} />
      </div>
      {to <= from && to !== "" && <p class={css.next}>{t("quiet.next-day")}</p>}
    </fieldset>
  );
}
