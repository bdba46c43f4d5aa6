import { useSession } from "../session";
import { t } from "../text";
import { bytes } from "../text/dates";
import { Icon } from "../ui/Icon";
import type { File } from "../wire/types";
import { FileIcon } from "./FileIcon";
import css from "./FileLine.module.css";

/** A file: what it is, its name and size. A tap saves it; the browser shows how far it is. */
export function FileLine({ file }: { file: File }) {
  const session = useSession();
  const known = session.media.get(file.media_id).value;
  const url = session.media.url(file.media_id, "original").value;
  const size = known.state === "ready" ? known.file.size : file.size;
  const note = known.state === "gone" ? t("file.gone") : size === undefined ? "" : bytes(size);
  return (
    <a
      class={css.file}
      href={url}
      download={file.name}
      // An address that ends while the page is open is asked for anew by the next tap.
      onClick={() => void session.media.get(file.media_id)}
    >
      <FileIcon name={file.name} mime={file.mime} />
      <span class={css.about}>
        <span class={css.name}>{file.name}</span>
        <span class={css.note}>{note}</span>
      </span>
      {url !== undefined && (
        <span class={css.save}>
          <Icon name="download" size={20} />
          <span class="unseen">{t("save")}</span>
        </span>
      )}
    </a>
  );
}
