import { t } from "../text";
import { bytes } from "../text/dates";
import { Icon } from "../ui/Icon";
import css from "./Share.module.css";
import type { Shared } from "./shared";

/** What is being shared, above the choice of where it goes. */
export function SharedThings({ shared: { text, files } }: { shared: Shared }) {
  const [first] = files;
  const size = files.reduce((sum, f) => sum + f.size, 0);
  return (
    <div class={css.things}>
      {first !== undefined && (
        <p class={css.files}>
          <Icon name={first.type.startsWith("image/") ? "photo" : "file"} size={20} />
          <span>
            {files.length === 1 ? first.name : t("share.files", { n: files.length })} · {bytes(size)}
          </span>
        </p>
      )}
      {text !== "" && <p class={css.text}>{text}</p>}
      <p class={css.where}>{t("share.where")}</p>
    </div>
  );
}
