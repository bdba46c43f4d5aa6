import type { LookedUp } from "../store/friends";
import { calledName } from "../store/people";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import css from "./Add.module.css";

/** So many of those who were found are shown; all are in the list. */
const shown = 50;

interface Props {
  result: LookedUp;
  /** How many numbers there were. */
  total: number;
  onInvite: () => void;
  onAgain: () => void;
}

/** Who was found by a phone book, and why the rest was not looked for. */
export function BookResult({ result, total, onInvite, onAgain }: Props) {
  const { added, known, asked, fault } = result;
  return (
    <div class={css.form}>
      <div class={css.sum} role="status">
        <strong>{t("book.added", { n: added.length })}</strong>
        {known > 0 && <p>{t("book.known", { n: known })}</p>}
        {fault !== undefined && <p class={css.error}>{faultText(fault)}</p>}
        {fault !== undefined && fault.code !== "contacts_budget" && (
          <p>{t("book.rest", { n: total - asked })}</p>
        )}
      </div>
      {added.length > 0 && (
        <ul class={css.people}>
          {added.slice(0, shown).map((f) => (
            <li key={f.id}>
              <Avatar id={f.id} name={calledName(f)} photo={f.photo_id} size="s" />
              <span>{calledName(f)}</span>
            </li>
          ))}
        </ul>
      )}
      {added.length > shown && <p class={css.note}>{t("book.more", { n: added.length - shown })}</p>}
      {added.length === 0 && known === 0 && fault === undefined && <p class={css.note}>{t("book.nobody")}</p>}
      <div class={css.pair}>
        <Button onClick={onAgain}>{t("book.again")}</Button>
        <Button onClick={onInvite}>{t("friends.invite")}</Button>
      </div>
    </div>
  );
}
