import { useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { Pane } from "../ui/Pane";
import { useWork } from "../ui/useWork";
import type { ID } from "../wire/types";
import { PeoplePicker } from "./PeoplePicker";
import css from "./PeoplePicker.module.css";

/** Begins a conversation: with one friend directly, with more as a group. */
export default function NewRoom() {
  const session = useSession();
  const { route } = useLocation();
  const [chosen, setChosen] = useState<ReadonlySet<ID>>(new Set());
  const [title, setTitle] = useState("");
  const { busy, fault, run } = useWork();
  const group = chosen.size > 1;

  const create = (): Promise<boolean> =>
    run(async () => {
      const room = await session.createRoom(
        [...chosen],
        group && title.trim() !== "" ? title.trim() : undefined,
      );
      route(`/rooms/${room.id}`);
    });

  return (
    <Pane
      title={t("rooms.new")}
      before={
        <a class="icon-link" href="/rooms" aria-label={t("back")}>
          <Icon name="back" />
        </a>
      }
    >
      {group && (
        <div class={css.title}>
          <Field
            label={t("room.title")}
            name="title"
            value={title}
            onValue={setTitle}
            hint={t("room.title-hint")}
          />
        </div>
      )}
      <PeoplePicker chosen={chosen} onChosen={setChosen} />
      <div class={css.bar}>
        {fault !== undefined && (
          <p class={css.error} role="alert">
            {faultText(fault)}
          </p>
        )}
        <Button look="main" wide busy={busy} disabled={chosen.size === 0} onClick={create}>
          {t("rooms.begin", { n: chosen.size })}
        </Button>
      </div>
    </Pane>
  );
}
