import { Picture } from "../media/Picture";
import { usePicture } from "../media/usePicture";
import { t } from "../text";
import { Sheet } from "../ui/Sheet";
import type { ID } from "../wire/types";
import css from "./Profile.module.css";

interface Props {
  id: ID;
  name: string;
  onClose: () => void;
}

/** Somebody's photo as large as the window allows. */
export default function PhotoView({ id, name, onClose }: Props) {
  const picture = usePicture(id, "large");
  return (
    <Sheet title={name} onClose={onClose}>
      <button
        type="button"
        class={css.photo}
        aria-label={picture.state === "failed" ? t("picture.retry") : t("close")}
        onClick={picture.state === "failed" ? picture.retry : onClose}
      >
        <Picture picture={picture} alt="" whole />
      </button>
    </Sheet>
  );
}
