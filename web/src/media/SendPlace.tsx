import { useState } from "preact/hooks";
import { t } from "../text";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Sheet } from "../ui/Sheet";
import type { Content, Place } from "../wire/types";
import { PlaceCard } from "./PlaceCard";
import css from "./SendPlace.module.css";
import { coordinates, readCoordinates } from "./places";

interface Props {
  onSend: (content: Content) => void;
  onClose: () => void;
}

type Asked = "no" | "asking" | "refused" | "failed";

/** A position that takes longer than this is not found indoors. */
const patienceMs = 15_000;

/** Sends where one is, or a place that was copied from a map. Nobody else is asked where that is. */
export default function SendPlace({ onSend, onClose }: Props) {
  const [asked, setAsked] = useState<Asked>("no");
  const [at, setAt] = useState("");
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const [tried, setTried] = useState(false);
  const found = readCoordinates(at);
  const place: Place | undefined =
    found === undefined
      ? undefined
      : {
          ...found,
          ...(name.trim() === "" ? {} : { name: name.trim() }),
          ...(address.trim() === "" ? {} : { address: address.trim() }),
        };

  function locate(): void {
    setAsked("asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setAsked("no");
        setAt(coordinates(coords));
      },
      (error) => setAsked(error.code === error.PERMISSION_DENIED ? "refused" : "failed"),
      { enableHighAccuracy: true, timeout: patienceMs },
    );
  }

  return (
    <Sheet title={t("attach.place")} onClose={onClose}>
      <form
        class={css.form}
        onSubmit={(e) => {
          e.preventDefault();
          setTried(true);
          if (place !== undefined) onSend({ type: "place", place });
        }}
      >
        {place !== undefined && (
          <div class={css.card}>
            <PlaceCard place={place} />
          </div>
        )}
        <Button busy={asked === "asking"} onClick={locate}>
          {asked === "asking" ? t("place.looking") : t("place.here")}
        </Button>
        {(asked === "refused" || asked === "failed") && (
          <p class={css.trouble} role="alert">
            {asked === "refused" ? t("place.refused") : t("place.failed")}
          </p>
        )}
        <Field
          label={t("place.coordinates")}
          hint={t("place.coordinates-hint")}
          error={tried && place === undefined ? t("place.wrong") : undefined}
          value={at}
          onValue={setAt}
        />
        <Field label={t("place.name")} value={name} onValue={setName} />
        <Field label={t("place.address")} value={address} onValue={setAddress} />
        <Button type="submit" look="main" wide>
          {t("room.send")}
        </Button>
      </form>
    </Sheet>
  );
}
