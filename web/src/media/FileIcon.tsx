import { Icon } from "../ui/Icon";
import css from "./FileIcon.module.css";
import { type FileSort, extensionOf, sortOf } from "./files";

const tints: Record<FileSort, string | undefined> = {
  picture: css.picture,
  film: css.film,
  sound: css.sound,
  archive: css.archive,
  sheet: css.sheet,
  slides: css.slides,
  words: css.words,
  pdf: css.pdf,
  other: css.other,
};

/** What a file is, as a colour and the end of its name. */
export function FileIcon({ name, mime }: { name: string; mime?: string | undefined }) {
  return (
    <span class={`${css.icon} ${tints[sortOf(name, mime)]}`} aria-hidden="true">
      {extensionOf(name) || <Icon name="file" size={22} />}
    </span>
  );
}
