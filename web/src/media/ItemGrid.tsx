import { useState } from "preact/hooks";
import { t } from "../text";
import { duration } from "../text/dates";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import css from "./ItemGrid.module.css";
import type { Item } from "./messages";
import { useAddress } from "./useAddress";

interface Props {
  items: readonly Item[];
  onOrder: (items: readonly Item[]) => void;
  onRemove: (key: string) => void;
}

/** Photos and films to be sent. One that is chosen can be moved; each can be taken out. */
export function ItemGrid({ items, onOrder, onRemove }: Props) {
  const [chosen, setChosen] = useState<string>();
  const at = items.findIndex((item) => item.key === chosen);
  const move = (by: 1 | -1): void => {
    const item = items[at];
    if (item === undefined) return;
    const rest = items.filter((other) => other !== item);
    onOrder(rest.toSpliced(at + by, 0, item));
  };
  return (
    <div>
      <ul class={css.grid}>
        {items.map((item, i) => (
          <li key={item.key} class={css.item}>
            <button
              type="button"
              class={css.tile}
              aria-pressed={item.key === chosen}
              aria-label={t("attach.nth", { n: i + 1, name: item.name })}
              disabled={items.length === 1}
              onClick={() => setChosen(item.key === chosen ? undefined : item.key)}
            >
              <Thumb item={item} />
              {item.duration_ms !== undefined && <span class={css.length}>{duration(item.duration_ms)}</span>}
            </button>
            <button
              type="button"
              class={css.remove}
              aria-label={t("attach.remove", { name: item.name })}
              onClick={() => onRemove(item.key)}
            >
              <Icon name="close" size={16} />
            </button>
          </li>
        ))}
      </ul>
      {at >= 0 && (
        <div class={css.moves}>
          <Button disabled={at === 0} onClick={() => move(-1)}>
            {t("attach.earlier")}
          </Button>
          <Button disabled={at === items.length - 1} onClick={() => move(1)}>
            {t("attach.later")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Thumb({ item }: { item: Item }) {
  const url = useAddress(item.sort === "photo" ? item.blob : item.poster);
  if (url === undefined) return <Icon name={item.sort === "photo" ? "photo" : "video"} size={28} />;
  return <img src={url} alt="" decoding="async" />;
}
