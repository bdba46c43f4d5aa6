import { useEffect, useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { bytes } from "../text/dates";
import { Button } from "../ui/Button";
import { Sheet } from "../ui/Sheet";
import { ItemGrid } from "./ItemGrid";
import { ItemList } from "./ItemList";
import css from "./SendFiles.module.css";
import { itemOf } from "./choose";
import { type Item, type Outbound, messagesOf } from "./messages";

interface Props {
  files: readonly File[];
  onSend: (messages: readonly Outbound[]) => void;
  onClose: () => void;
  /** Where they go, when that is not the room behind this. */
  to?: string;
}

/** Shows what is about to be sent: put in order, take out, say something to it. */
export default function SendFiles({ files, onSend, onClose, to }: Props) {
  const session = useSession();
  const [items, setItems] = useState<readonly Item[]>();
  const [limit, setLimit] = useState(Number.POSITIVE_INFINITY);
  const [words, setWords] = useState("");
  useEffect(() => {
    let gone = false;
    void Promise.all(files.map(itemOf)).then((found) => gone || setItems(found));
    void session.writing.uploads.limit().then((most) => gone || setLimit(most));
    return () => {
      gone = true;
    };
  }, [session, files]);

  const all = items ?? [];
  const fit = all.filter((item) => item.blob.size <= limit);
  const tooLarge = all.length - fit.length;
  const shown = fit.filter((item) => item.sort !== "file");
  const plain = fit.filter((item) => item.sort === "file");
  const without = (key: string): void => {
    const rest = all.filter((item) => item.key !== key);
    if (rest.length === 0) onClose();
    else setItems(rest);
  };

  return (
    <Sheet title={to === undefined ? t("attach.preview") : t("attach.preview-to", { to })} onClose={onClose}>
      <form
        class={css.form}
        onSubmit={(e) => {
          e.preventDefault();
          if (fit.length > 0) onSend(messagesOf(fit, words));
        }}
      >
        {items === undefined && (
          <p class={css.note} role="status">
            {t("attach.looking")}
          </p>
        )}
        {shown.length > 0 && (
          <ItemGrid
            items={shown}
            onOrder={(order) => setItems([...order, ...all.filter((item) => !order.includes(item))])}
            onRemove={without}
          />
        )}
        {plain.length > 0 && <ItemList items={plain} onRemove={without} />}
        {tooLarge > 0 && (
          <p class={css.wrong} role="alert">
            {t("attach.too-large", { n: tooLarge, most: bytes(limit) })}
          </p>
        )}
        <input
          class={css.words}
          type="text"
          maxLength={10_000}
          aria-label={t("attach.words")}
          placeholder={t("attach.words")}
          value={words}
          onInput={(e) => setWords(e.currentTarget.value)}
        />
        <Button type="submit" look="main" wide disabled={fit.length === 0}>
          {t("attach.send", { n: fit.length })}
        </Button>
      </form>
    </Sheet>
  );
}
