import { t } from "../text";
import { bytes } from "../text/dates";
import { IconButton } from "../ui/Button";
import { FileIcon } from "./FileIcon";
import css from "./ItemList.module.css";
import type { Item } from "./messages";

interface Props {
  items: readonly Item[];
  onRemove: (key: string) => void;
}

/** Plain files to be sent. */
export function ItemList({ items, onRemove }: Props) {
  return (
    <ul class={css.list}>
      {items.map((item) => (
        <li key={item.key} class={css.item}>
          <FileIcon name={item.name} mime={item.blob.type} />
          <span class={css.about}>
            <span class={css.name}>{item.name}</span>
            <span class={css.size}>
              {bytes(item.blob.size)}
              {item.unread === true && ` · ${t("attach.as-file")}`}
            </span>
          </span>
          <IconButton
            icon="close"
            label={t("attach.remove", { name: item.name })}
            onClick={() => onRemove(item.key)}
          />
        </li>
      ))}
    </ul>
  );
}
