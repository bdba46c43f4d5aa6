import { FileLine } from "../../media/FileLine";
import type { Found } from "../../net/api";
import { useSession } from "../../session";
import { noMedia } from "../../store/media";
import { t } from "../../text";
import { shortTime } from "../../text/dates";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import type { Entry } from "../../wire/types";
import { nameOf } from "../names";
import { partsOf } from "../parts";
import { timeOf } from "../rows";
import css from "./RoomMedia.module.css";

interface Props {
  found: readonly Found[];
  onJump: (seq: number) => void;
}

/** The files of a room. */
export function FileLines({ found, onJump }: Props) {
  return (
    <ul class={css.lines}>
      {found.map(({ entry }) => (
        <li key={entry.seq}>
          <div class={css.thing}>
            {entry.file !== undefined && entry.file.media_id !== noMedia && <FileLine file={entry.file} />}
            <From entry={entry} />
          </div>
          <Jump entry={entry} onJump={onJump} />
        </li>
      ))}
    </ul>
  );
}

/** The addresses that were written in a room. */
export function LinkLines({ found, onJump }: Props) {
  return (
    <ul class={css.lines}>
      {found.flatMap(({ entry }) =>
        addresses(entry).map((address) => (
          <li key={`${entry.seq} ${address}`}>
            <div class={css.thing}>
              <a class={css.link} href={address} target="_blank" rel="noopener noreferrer nofollow">
                <span class={css.sign}>
                  <Icon name="link" size={20} />
                </span>
                <span class={css.address}>
                  <strong>{new URL(address).host}</strong>
                  <span>{address.replace(/^https?:\/\//, "")}</span>
                </span>
              </a>
              <From entry={entry} />
            </div>
            <Jump entry={entry} onJump={onJump} />
          </li>
        )),
      )}
    </ul>
  );
}

function addresses(entry: Entry): string[] {
  const parts = partsOf(entry.text ?? "").flatMap((p) => (p.href === undefined ? [] : [p.href]));
  const { card } = entry;
  return [...new Set([...parts, ...(card?.url === undefined ? [] : [card.url])])];
}

function From({ entry }: { entry: Entry }) {
  const session = useSession();
  return (
    <p class={css.from}>
      {nameOf(session, entry.sender_id)} · {shortTime(timeOf(entry))}
    </p>
  );
}

function Jump({ entry, onJump }: { entry: Entry; onJump: (seq: number) => void }) {
  return <IconButton icon="next" label={t("about.to-message")} onClick={() => onJump(entry.seq)} />;
}
