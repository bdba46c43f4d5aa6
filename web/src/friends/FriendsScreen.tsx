import { Suspense, lazy } from "preact/compat";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useSession } from "../session";
import { language, t } from "../text";
import { IconButton } from "../ui/Button";
import { Skeleton } from "../ui/Empty";
import { Pane } from "../ui/Pane";
import { Search } from "../ui/Search";
import type { User } from "../wire/types";
import { FriendRowView } from "./FriendRows";
import css from "./Friends.module.css";
import { IndexBar } from "./IndexBar";
import { LinkedProfile } from "./LinkedProfile";
import { ProfileSheet } from "./ProfileSheet";
import { Index } from "./groups";
import { matching } from "./matching";
import { type Fold, type FriendRow, foundRows, lettersFrom, rowsByLetter, rowsOf } from "./rows";

const AddFriend = lazy(() => import("./AddFriend"));

/** From so many friends on there is something to search. */
const searchFrom = 8;
/** Height of a person's row, in pixels, until it is measured. */
const rowHeight = 64;

/** The friend list, with the person themselves on top; over it the person with a handle, if a link led there. */
export default function FriendsScreen({ handle }: { handle: string | undefined }) {
  const session = useSession();
  const friends = session.people.friends.value;
  const recommended = session.friends.recommended.value;
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<User>();
  const [wanted, setWanted] = useState("");
  const [open, setOpen] = useState<ReadonlySet<Fold>>(new Set());
  useEffect(() => {
    session.friends.loadRecommended().catch(() => undefined); // nobody misses what was never shown
  }, [session, friends]);

  const index = useMemo(() => new Index(language()), [language()]);
  const groups = useMemo(() => index.group(friends ?? []), [index, friends]);
  const rows = useMemo(() => {
    if (wanted.trim() === "") return rowsOf({ groups, recommended, open });
    return foundRows(matching(groups.flatMap((g) => g.people), wanted)); // prettier-ignore
  }, [groups, recommended, open, wanted]);
  const many = (friends?.length ?? 0) >= lettersFrom && wanted.trim() === "";

  function fold(of: Fold): void {
    const next = new Set(open);
    if (!next.delete(of)) next.add(of);
    setOpen(next);
  }

  return (
    <Pane
      title={t("friends.title")}
      actions={<IconButton icon="person" label={t("friends.add")} onClick={() => setAdding(true)} />}
    >
      {friends === undefined ? (
        <Skeleton rows={6} label={t("loading")} />
      ) : (
        <div class={css.screen}>
          {friends.length > searchFrom && (
            <Search label={t("friends.search")} value={wanted} onValue={setWanted} />
          )}
          <FriendList rows={rows} letters={many ? index.labels(groups) : undefined}>
            {(row) => (
              <FriendRowView row={row} onChoose={setShown} onFold={fold} onAdd={() => setAdding(true)} />
            )}
          </FriendList>
        </div>
      )}
      {adding && (
        <Suspense fallback={null}>
          <AddFriend onClose={() => setAdding(false)} />
        </Suspense>
      )}
      {handle !== undefined && <LinkedProfile key={handle} handle={handle} />}
      {shown !== undefined && <ProfileSheet user={shown} onClose={() => setShown(undefined)} />}
    </Pane>
  );
}

/** Where the list was when the person went elsewhere. */
let left = 0;

interface ListProps {
  rows: readonly FriendRow[];
  /** The letters beside it, if it is long. */
  letters: readonly string[] | undefined;
  children: (row: FriendRow) => preact.JSX.Element;
}

/** The rows near the window, and the index beside them. */
function FriendList({ rows, letters, children }: ListProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const to = useMemo(() => (letters === undefined ? [] : rowsByLetter(rows, letters)), [rows, letters]);
  const [current, setCurrent] = useState(0);
  /** The letter was chosen; near the end of the list its people do not come to the top. */
  const chosen = useRef(false);
  useLayoutEffect(() => {
    if (left > 0) list.current?.scrollTo(left);
  }, []);

  function look(offset: number): void {
    left = offset;
    if (chosen.current) return;
    const first = list.current?.findItemIndex(offset + 1) ?? 0;
    setCurrent(
      Math.max(
        0,
        to.findLastIndex((row, n) => row <= first && to[n - 1] !== row),
      ),
    );
  }

  return (
    <div class={css.frame}>
      <div ref={scroll} class={letters === undefined ? css.scroll : `${css.scroll} ${css.indexed}`}>
        <Virtualizer
          ref={list}
          scrollRef={scroll}
          data={rows}
          itemSize={rowHeight}
          as="ul"
          item="li"
          onScroll={look}
          onScrollEnd={() => {
            chosen.current = false;
          }}
        >
          {(row) => <div key={row.key}>{children(row)}</div>}
        </Virtualizer>
      </div>
      {letters !== undefined && (
        <IndexBar
          labels={letters}
          current={current}
          onLetter={(n) => {
            chosen.current = true;
            list.current?.scrollToIndex(to[n] ?? 0, { align: "start" });
            setCurrent(n);
          }}
        />
      )}
    </div>
  );
}
