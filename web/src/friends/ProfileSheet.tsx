import { Suspense, lazy } from "preact/compat";
import { useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { calledName } from "../store/people";
import { readable } from "../sign-in/countries";
import { Avatar } from "../ui/Avatar";
import { Sheet } from "../ui/Sheet";
import type { User } from "../wire/types";
import { BlockConfirm } from "./BlockConfirm";
import { NicknameForm } from "./NicknameForm";
import css from "./Profile.module.css";
import { MyActions, ProfileActions, type Undo } from "./ProfileActions";
import { useRelation } from "./relation";

const MyCode = lazy(() => import("./MyCode"));
const PhotoView = lazy(() => import("./PhotoView"));

/** What the sheet shows: the profile, or one thing to do about it. */
export type ProfileView = "card" | "nickname" | "block" | "code" | "photo";

/** Somebody's profile and what can be done from it. */
export function ProfileSheet({ user, onClose }: { user: User; onClose: () => void }) {
  const session = useSession();
  const { person, relation } = useRelation(user);
  const [view, setView] = useState<ProfileView>("card");
  const [undo, setUndo] = useState<Undo>();
  const name = calledName(person);
  const toCard = (): void => setView("card");

  if (view === "photo" && person.photo_id !== undefined)
    return (
      <Suspense fallback={null}>
        <PhotoView id={person.photo_id} name={name} onClose={toCard} />
      </Suspense>
    );
  return (
    <Sheet title={view === "code" ? t("code.mine") : name} bare={view !== "code"} onClose={onClose}>
      {view === "code" ? (
        <Suspense fallback={null}>
          <MyCode />
        </Suspense>
      ) : (
        <div class={css.profile}>
          <Face person={person} name={name} onPhoto={() => setView("photo")} />
          <h3>{name}</h3>
          {name !== person.name && <p>{person.name}</p>}
          {(person.status_message ?? "") !== "" && <p class={css.status}>{person.status_message}</p>}
          <Ways handle={person.handle} phone={relation === "me" ? session.me.value?.phone : person.phone} />
          {view === "nickname" && <NicknameForm person={person} onDone={toCard} />}
          {view === "block" && <BlockConfirm person={person} onUndo={setUndo} onDone={toCard} />}
          {view === "card" && relation === "me" && <MyActions onClose={onClose} onView={setView} />}
          {view === "card" && relation !== "me" && (
            <ProfileActions
              person={person}
              relation={relation}
              undo={undo}
              onUndo={setUndo}
              onView={setView}
              onClose={onClose}
            />
          )}
        </div>
      )}
    </Sheet>
  );
}

function Face({ person, name, onPhoto }: { person: User; name: string; onPhoto: () => void }) {
  const face = <Avatar id={person.id} name={name} photo={person.photo_id} size="xl" />;
  if (person.photo_id === undefined) return face;
  return (
    <button type="button" class={css.face} aria-label={t("profile.photo", { name })} onClick={onPhoto}>
      {face}
    </button>
  );
}

/** The names by which others reach the person. */
function Ways({ handle, phone }: { handle: string | undefined; phone: string | undefined }) {
  const ways = [handle === undefined ? "" : `@${handle}`, phone === undefined ? "" : readable(phone)];
  const known = ways.filter((way) => way !== "");
  if (known.length === 0) return null;
  return (
    <ul class={css.ways}>
      {known.map((way) => (
        <li key={way}>{way}</li>
      ))}
    </ul>
  );
}
