import { useState } from "preact/hooks";
import type { QuietHours } from "../net/api";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { toast } from "../ui/Toast";
import { useWork } from "../ui/useWork";
import css from "./Quiet.module.css";
import { QuietRow } from "./QuietRow";
import part from "./Settings.module.css";

/** The server takes so many. */
const most = 20;
/** What most people want to begin with: every night. */
const nights: QuietHours = { days: [1, 2, 3, 4, 5, 6, 7], from: "22:00", to: "07:00" };

interface Props {
  quiet: readonly QuietHours[];
  onSave: (quiet: QuietHours[]) => Promise<void>;
}

/** The hours of the week in which nothing comes. Changes count once they are saved. */
export function Quiet({ quiet, onSave }: Props) {
  const session = useSession();
  const [written, setWritten] = useState<readonly QuietHours[]>(quiet);
  const { busy, fault, run } = useWork();
  const changed = JSON.stringify(written) !== JSON.stringify(quiet);

  return (
    <section class={part.part}>
      <h2>{t("quiet.title")}</h2>
      <p class={part.quietly}>
        {t("quiet.about")} {t("quiet.zone", { zone: session.me.value?.time_zone ?? "" })}
      </p>
      {written.map((hours, i) => (
        <QuietRow
          // They have no names; a row is what stands at its place.
          // oxlint-disable-next-line react/no-array-index-key
          key={i}
          n={i + 1}
          hours={hours}
          onChange={(next) => setWritten(written.map((h, at) => (at === i ? next : h)))}
          onRemove={() => setWritten(written.filter((_, at) => at !== i))}
        />
      ))}
      {fault !== undefined && (
        <p class={part.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <div class={css.does}>
        {written.length < most && (
          <Button onClick={() => setWritten([...written, nights])}>{t("quiet.add")}</Button>
        )}
        {changed && (
          <Button
            look="main"
            busy={busy}
            onClick={() =>
              run(async () => {
                await onSave([...written]);
                toast(t("saved"));
              })
            }
          >
            {t("save")}
          </Button>
        )}
      </div>
    </section>
  );
}
