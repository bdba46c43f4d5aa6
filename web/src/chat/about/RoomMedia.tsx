import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { Found, Wanted } from "../../net/api";
import { useSession } from "../../session";
import type { LiveRoom } from "../../store/live-room";
import type { MessageSearch } from "../../store/search";
import { t } from "../../text";
import { faultText } from "../../text/faults";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import css from "./RoomMedia.module.css";
import { FileLines, LinkLines } from "./SharedLines";
import { SharedGrid, picturesOf } from "./SharedGrid";

type Kind = "media" | "file" | "link";
const kinds: readonly Kind[] = ["media", "file", "link"];
/** So many pictures show what there is. */
const glimpse = 4;

/** What a room's messages of some kinds are, from the newest on. */
function useShared(room: LiveRoom, kind: Wanted["kind"] & string): MessageSearch {
  const session = useSession();
  // What was found of another kind, or in another room, is nothing of this one.
  const search = useMemo(() => session.search(), [session, room, kind]);
  const head = room.info.value.last_message?.seq;
  // Before the first drawing, which would say that there is nothing.
  useLayoutEffect(() => {
    search.start({ room_id: room.id, kind });
    return () => search.stop();
  }, [search, room, kind, head]);
  return search;
}

/** The newest pictures of a room, and the way to everything that was shared in it. */
export function Shared({ room, onOpen }: { room: LiveRoom; onOpen: () => void }) {
  const search = useShared(room, "media");
  const pictures = picturesOf(search.found.value).slice(0, glimpse);
  return (
    <section>
      <button type="button" class={css.all} onClick={onOpen}>
        <Icon name="photo" size={20} />
        <span>{t("about.shared")}</span>
        <Icon name="next" size={18} />
      </button>
      {pictures.length > 0 && <SharedGrid pictures={pictures} onJump={onOpen} />}
    </section>
  );
}

interface Props {
  room: LiveRoom;
  onBack: () => void;
  onJump: (seq: number) => void;
}

/** Everything that was shared in a room: pictures as a grid, files and links as lists. */
export function RoomMedia({ room, onBack, onJump }: Props) {
  const [kind, setKind] = useState<Kind>("media");
  const search = useShared(room, kind);
  const names: Record<Kind, string> = {
    media: t("about.pictures"),
    file: t("about.files"),
    link: t("about.links"),
  };
  const found = search.found.value;
  return (
    <div class={css.media}>
      <button type="button" class={css.back} onClick={onBack}>
        <Icon name="back" size={20} />
        {t("room.about")}
      </button>
      <div class={css.kinds} role="group" aria-label={t("about.shared")}>
        {kinds.map((k) => (
          <button key={k} type="button" aria-pressed={k === kind} onClick={() => setKind(k)}>
            {names[k]}
          </button>
        ))}
      </div>
      <Things kind={kind} found={found} onJump={onJump} />
      {search.busy.value && <p class={css.note}>{t("loading")}</p>}
      {search.fault.value !== undefined && (
        <p class={css.note} role="alert">
          {faultText(search.fault.value)}
        </p>
      )}
      {!search.busy.value && search.fault.value === undefined && found.length === 0 && (
        <p class={css.note}>{t("about.nothing-shared")}</p>
      )}
      {search.more.value && !search.busy.value && (
        <Button wide onClick={() => void search.next()}>
          {t("search.more")}
        </Button>
      )}
    </div>
  );
}

interface ThingsProps {
  kind: Kind;
  found: readonly Found[];
  onJump: (seq: number) => void;
}

function Things({ kind, found, onJump }: ThingsProps) {
  switch (kind) {
    case "media":
      return <SharedGrid pictures={picturesOf(found)} onJump={onJump} />;
    case "file":
      return <FileLines found={found} onJump={onJump} />;
    case "link":
      return <LinkLines found={found} onJump={onJump} />;
  }
}
