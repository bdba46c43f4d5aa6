import { useId, useRef } from "preact/hooks";
import { faultOf } from "../net/fault";
import { useSession } from "../session";
import { type Person, calledName } from "../store/people";
import { t } from "../text";
import { faultText } from "../text/faults";
import { readable } from "../sign-in/countries";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { Empty } from "../ui/Empty";
import { Icon } from "../ui/Icon";
import { toast } from "../ui/Toast";
import { useWork } from "../ui/useWork";
import type { User } from "../wire/types";
import css from "./Friends.module.css";
import type { Fold, FriendRow } from "./rows";

interface Props {
  row: FriendRow;
  onChoose: (user: User) => void;
  onFold: (of: Fold) => void;
  onAdd: () => void;
}

/** One row of the list, whatever it is. */
export function FriendRowView({ row, onChoose, onFold, onAdd }: Props) {
  switch (row.kind) {
    case "me":
      return <MyRow onChoose={onChoose} />;
    case "heading":
      return (
        <h2 class={css.heading}>
          {row.of === "favourites" ? t("friends.favourites") : t("friends.count", { n: row.n })}
        </h2>
      );
    case "fold":
      return (
        <h2>
          <button type="button" class={css.fold} aria-expanded={row.open} onClick={() => onFold(row.of)}>
            <span>{row.of === "plus" ? t("plus.title") : t("friends.recommended")}</span>
            {row.n > 0 && <span>{row.n}</span>}
            <Icon name="down" size={16} />
          </button>
        </h2>
      );
    case "letter":
      return <h3 class={css.letter}>{row.label}</h3>;
    case "friend":
      return <PersonRow person={row.person} onChoose={onChoose} />;
    case "recommended":
      return <RecommendedRow person={row.person} onChoose={onChoose} />;
    case "no-plus":
      return <p class={css.quiet}>{t("plus.none")}</p>;
    case "no-match":
      return <p class={css.nothing}>{t("friends.no-match")}</p>;
    case "none":
      return (
        <Empty icon="friends" title={t("friends.none")} text={t("friends.none-about")}>
          <Button look="main" onClick={onAdd}>
            {t("friends.add")}
          </Button>
        </Empty>
      );
  }
}

function MyRow({ onChoose }: { onChoose: (user: User) => void }) {
  const me = useSession().me.value;
  if (me === undefined) return null;
  const status = me.status_message ?? "";
  return (
    <button type="button" class={css.me} onClick={() => onChoose(me)}>
      <Avatar id={me.id} name={me.name} photo={me.photo_id} size="l" />
      <span class={css.words}>
        <strong>{me.name}</strong>
        <span class={css.status}>{status === "" ? readable(me.phone) : status}</span>
      </span>
    </button>
  );
}

interface PersonProps {
  person: Person;
  /** Of the name, for what is beside it. */
  nameId?: string;
  onChoose: (user: User) => void;
}

function PersonRow({ person, nameId, onChoose }: PersonProps) {
  // Whoever changes their name or words is shown with the new ones at once.
  const known = useSession().people.get(person.id).value;
  const now = { ...person, ...known };
  return (
    <button type="button" class={css.row} onClick={() => onChoose(now)}>
      <Avatar id={now.id} name={calledName(now)} photo={now.photo_id} />
      <span class={css.words}>
        <span id={nameId} class={css.name}>
          {calledName(now)}
        </span>
        {(now.status_message ?? "") !== "" && <span class={css.status}>{now.status_message}</span>}
      </span>
      {person.favourite === true && <Icon name="star" size={16} />}
    </button>
  );
}

/** Somebody who is no friend yet, and the way to make them one; their row then goes to where friends are. */
function RecommendedRow({ person, onChoose }: { person: Person; onChoose: (user: User) => void }) {
  const { friends } = useSession();
  const { busy, run } = useWork();
  const row = useRef<HTMLDivElement>(null);
  const id = useId();

  async function add(): Promise<void> {
    const next = row.current?.closest("li")?.nextElementSibling?.querySelector("button");
    try {
      await friends.add(person.id);
    } catch (thrown) {
      toast(faultText(faultOf(thrown)));
      return;
    }
    toast(t("friends.now-friend"), {
      label: t("undo"),
      run: () => void friends.remove(person.id).catch(() => undefined),
    });
    // The focus was in the row that is gone.
    if (document.activeElement === document.body) next?.focus();
  }

  return (
    <div ref={row} class={css.pair}>
      <PersonRow person={person} nameId={`${id}-name`} onChoose={onChoose} />
      <Button
        id={`${id}-add`}
        aria-labelledby={`${id}-add ${id}-name`}
        busy={busy}
        onClick={() => void run(add)}
      >
        {t("friends.add-this")}
      </Button>
    </div>
  );
}
