import { Suspense, lazy } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import { calledName } from "../store/people";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { Empty, Skeleton } from "../ui/Empty";
import { useWork } from "../ui/useWork";
import type { User } from "../wire/types";
import css from "./AddByLink.module.css";
import { FoundAction } from "./FoundPerson";
import { useRelation } from "./relation";

const MyCode = lazy(() => import("./MyCode"));

/** Where a person's link or QR code leads: who they are, and the way to add them. */
export default function AddByLink({ handle }: { handle: string }) {
  const session = useSession();
  const [user, setUser] = useState<User>();
  const { busy, fault, run } = useWork();
  const load = (): Promise<boolean> => run(async () => setUser(await session.api.userByHandle(handle)));
  useEffect(() => {
    void load();
  }, [handle]);

  if (fault !== undefined) {
    const gone = fault.code === "user_unknown" || fault.code === "handle_invalid";
    return (
      <Empty
        whole
        icon="friends"
        title={`@${handle}`}
        text={gone ? t("friends.no-handle") : faultText(fault)}
      >
        {gone ? (
          <Home />
        ) : (
          <Button busy={busy} onClick={load}>
            {t("add.again")}
          </Button>
        )}
      </Empty>
    );
  }
  if (user === undefined) return <Skeleton rows={1} label={t("loading")} />;
  return <Card user={user} />;
}

function Card({ user }: { user: User }) {
  const { route } = useLocation();
  const { person, relation } = useRelation(user);
  const [added, setAdded] = useState(false);
  const name = calledName(person);
  if (relation === "me")
    return (
      <div class={css.card}>
        <h1 class="unseen">{t("code.mine")}</h1>
        <Suspense fallback={<Skeleton rows={1} label={t("loading")} />}>
          <MyCode />
        </Suspense>
        <Home />
      </div>
    );
  return (
    <div class={css.card}>
      <Avatar id={person.id} name={name} photo={person.photo_id} size="xl" />
      <h1>{name}</h1>
      {person.handle !== undefined && <p>@{person.handle}</p>}
      {(person.status_message ?? "") !== "" && <p class={css.status}>{person.status_message}</p>}
      <p role="status" class={css.news}>
        {relation === "friend" && t(added ? "friends.now-friend" : "friends.already")}
        {relation === "blocked" && t("friends.is-blocked")}
      </p>
      <FoundAction
        wide
        user={user}
        relation={relation}
        onAdded={() => setAdded(true)}
        onClose={() => route("/friends", true)}
      />
      <Home />
    </div>
  );
}

function Home() {
  return (
    <a class={css.home} href="/friends">
      {t("rooms.to-friends")}
    </a>
  );
}
