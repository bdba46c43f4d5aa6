import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import type { Person } from "../store/people";
import { Button } from "../ui/Button";
import { Icon, type IconName } from "../ui/Icon";
import { useWork } from "../ui/useWork";
import type { Friend } from "../wire/types";
import css from "./Profile.module.css";
import type { ProfileView } from "./ProfileSheet";
import type { Relation } from "./relation";

/** Something that was done and can be taken back. */
export interface Undo {
  done: string;
  back: () => Promise<void>;
}

interface Props {
  person: Person;
  relation: Relation;
  undo: Undo | undefined;
  onUndo: (undo: Undo | undefined) => void;
  onView: (view: ProfileView) => void;
  onClose: () => void;
}

/** What can be done about somebody, by what they are to this person. */
export function ProfileActions({ person, relation, undo, onUndo, onView, onClose }: Props) {
  const { friends } = useSession();
  const { id } = person;
  const { busy, fault, run } = useWork();
  const talk = useTalk(onClose);
  const may = relation !== "shown" && relation !== "unknown";

  const act = (work: () => Promise<void>, then?: Undo): void => {
    void run(work).then((worked) => onUndo(worked ? then : undefined));
  };

  return (
    <div class={css.does}>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <p class={undo === undefined ? "unseen" : css.undo} role="status">
        {undo !== undefined && (
          <>
            <span>{undo.done}</span>
            <button type="button" disabled={busy} onClick={() => act(undo.back)}>
              {t("undo")}
            </button>
          </>
        )}
      </p>
      {relation === "blocked" ? (
        <>
          <p class={css.about}>{t("profile.blocked-about")}</p>
          {undo === undefined && (
            <Button wide busy={busy} onClick={() => act(() => friends.mark(id, { blocked: false }))}>
              {t("profile.unblock")}
            </Button>
          )}
        </>
      ) : (
        relation !== "shown" && (
          <Button look="main" wide busy={busy} onClick={() => run(() => talk([id]))}>
            {t("profile.talk")}
          </Button>
        )
      )}
      {relation === "stranger" && (
        <Button
          wide
          disabled={busy}
          onClick={() =>
            act(() => friends.add(id), {
              done: t("friends.now-friend"),
              back: () => friends.remove(id),
            })
          }
        >
          {t("profile.add")}
        </Button>
      )}
      <ul class={css.actions}>
        {relation === "friend" && (
          <>
            <Action
              icon="star"
              label={t(person.favourite === true ? "profile.unfavourite" : "profile.favourite")}
              pressed={person.favourite === true}
              disabled={busy}
              onClick={() => act(() => friends.mark(id, { favourite: person.favourite !== true }))}
            />
            <Action
              icon="edit"
              label={t("profile.rename")}
              disabled={busy}
              onClick={() => onView("nickname")}
            />
            <Action
              icon="hide"
              label={t("profile.hide")}
              disabled={busy}
              onClick={() =>
                act(() => friends.mark(id, { hidden: true }), {
                  done: t("profile.hidden"),
                  back: () => friends.mark(id, { hidden: false }),
                })
              }
            />
          </>
        )}
        {relation === "hidden" && (
          <Action
            icon="hide"
            label={t("profile.unhide")}
            disabled={busy}
            onClick={() => act(() => friends.mark(id, { hidden: false }))}
          />
        )}
        {(relation === "friend" || relation === "hidden") && (
          <Action
            icon="trash"
            label={t("profile.remove")}
            disabled={busy}
            onClick={() =>
              act(() => friends.remove(id), {
                done: t("profile.removed"),
                back: () => friends.restore(person as Friend),
              })
            }
          />
        )}
        {may && relation !== "blocked" && (
          <Action
            icon="block"
            label={t("profile.block")}
            danger
            disabled={busy}
            onClick={() => onView("block")}
          />
        )}
      </ul>
    </div>
  );
}

/** What a person can do with their own profile. */
export function MyActions({ onView, onClose }: { onView: (view: ProfileView) => void; onClose: () => void }) {
  const { route } = useLocation();
  const { busy, fault, run } = useWork();
  const talk = useTalk(onClose);
  return (
    <div class={css.does}>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <Button look="main" wide busy={busy} onClick={() => run(() => talk([]))}>
        {t("profile.memo")}
      </Button>
      <ul class={css.actions}>
        <Action icon="qr" label={t("code.mine")} onClick={() => onView("code")} />
        <Action
          icon="edit"
          label={t("profile.edit")}
          onClick={() => {
            onClose();
            route("/more/profile");
          }}
        />
      </ul>
    </div>
  );
}

/** Opens the room with somebody, or the person's own notes. */
function useTalk(onClose: () => void): (ids: string[]) => Promise<void> {
  const session = useSession();
  const { route } = useLocation();
  return async (ids) => {
    const room = await session.createRoom(ids);
    onClose();
    route(`/rooms/${room.id}`);
  };
}

interface ActionProps {
  icon: IconName;
  label: string;
  onClick: () => void;
  danger?: boolean;
  disabled?: boolean;
  pressed?: boolean;
}

function Action({ icon, label, onClick, danger = false, disabled = false, pressed = false }: ActionProps) {
  return (
    <li>
      <button
        type="button"
        class={danger ? `${css.action} ${css.danger}` : css.action}
        data-pressed={pressed}
        disabled={disabled}
        onClick={onClick}
      >
        <Icon name={icon} size={22} />
        <span>{label}</span>
      </button>
    </li>
  );
}
