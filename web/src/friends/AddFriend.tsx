import { useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Sheet } from "../ui/Sheet";
import { useWork } from "../ui/useWork";
import type { User } from "../wire/types";
import css from "./Friends.module.css";

/** Two ways to a friend: by handle, or by phone numbers as a phone book has them. */
export default function AddFriend({ onClose }: { onClose: () => void }) {
  const [way, setWay] = useState<"handle" | "phones">("handle");
  return (
    <Sheet title={t("friends.add")} onClose={onClose}>
      <div class={css.tabs} role="tablist">
        {(["handle", "phones"] as const).map((w) => (
          <button key={w} type="button" role="tab" aria-selected={way === w} onClick={() => setWay(w)}>
            {t(w === "handle" ? "friends.by-handle" : "friends.by-phone")}
          </button>
        ))}
      </div>
      {way === "handle" ? <ByHandle onDone={onClose} /> : <ByPhones />}
    </Sheet>
  );
}

function ByHandle({ onDone }: { onDone: () => void }) {
  const session = useSession();
  const [handle, setHandle] = useState("");
  const [found, setFound] = useState<User>();
  const { busy, fault, run } = useWork();
  const mine = found?.id === session.me.value?.id;
  return (
    <form
      class={css.form}
      onSubmit={(e) => {
        e.preventDefault();
        setFound(undefined);
        void run(async () =>
          setFound(await session.api.userByHandle(handle.trim().replace(/^@/, "").toLowerCase())),
        );
      }}
    >
      <Field
        label={t("profile.handle")}
        name="handle"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={handle}
        onValue={setHandle}
        hint={t("friends.handle-hint")}
        error={fault && (fault.code === "user_unknown" ? t("friends.no-handle") : faultText(fault))}
      />
      {found === undefined ? (
        <Button look="main" wide type="submit" busy={busy} disabled={handle.trim() === ""}>
          {t("friends.find")}
        </Button>
      ) : (
        <div class={css.result}>
          <Avatar id={found.id} name={found.name} />
          <span class={css.words}>
            <strong>{found.name}</strong>
            <span class={css.status}>@{found.handle}</span>
          </span>
          {mine ? (
            <span class={css.status}>{t("friends.myself")}</span>
          ) : (
            <Button
              look="main"
              busy={busy}
              onClick={async () => {
                if (await run(() => session.friends.add(found.id))) onDone();
              }}
            >
              {t("friends.add-this")}
            </Button>
          )}
        </div>
      )}
    </form>
  );
}

function ByPhones() {
  const session = useSession();
  const [written, setWritten] = useState("");
  const [added, setAdded] = useState<number>();
  const { busy, fault, run } = useWork();
  const phones = written
    .split(/[\n,;]+/)
    .map((p) => p.replace(/[^\d+]/g, ""))
    .filter((p) => p !== "");
  return (
    <form
      class={css.form}
      onSubmit={(e) => {
        e.preventDefault();
        setAdded(undefined);
        void run(async () => setAdded((await session.friends.lookUp(phones, () => undefined)).added.length));
      }}
    >
      <label class={css.numbers}>
        {t("friends.phones")}
        <textarea
          name="phones"
          inputMode="tel"
          placeholder={"010-1234-5678\n+1 212 555 0123"}
          value={written}
          onInput={(e) => setWritten(e.currentTarget.value)}
        />
      </label>
      <p class={fault === undefined ? css.note : css.error} role="status">
        {fault !== undefined && faultText(fault)}
        {fault === undefined &&
          (added === undefined ? t("friends.phones-hint") : t("friends.added", { n: added }))}
      </p>
      <Button look="main" wide type="submit" busy={busy} disabled={phones.length === 0}>
        {t("friends.find")}
      </Button>
    </form>
  );
}
