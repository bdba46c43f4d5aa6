import { useEffect, useRef, useState } from "preact/hooks";
import { useSession } from "../session";
import type { Variant } from "../store/media";
import type { ID } from "../wire/types";

/** A picture on its way to the page. */
export interface PictureState {
  url: string | undefined;
  /** `gone`: there is nothing to wait for. */
  state: "loading" | "shown" | "failed" | "gone";
  retry: () => void;
  onLoad: () => void;
  onError: () => void;
}

/** Follows a picture from its id to the pixels; a link that does not work is renewed once by itself. */
export function usePicture(id: ID, variant: Variant): PictureState {
  const { media } = useSession();
  const line = media.line.value;
  const known = media.get(id).value;
  const url = media.url(id, variant).value;
  const [shown, setShown] = useState<string>();
  const [broken, setBroken] = useState<string>();
  const renewed = useRef(false);
  useEffect(() => {
    renewed.current = false;
    setBroken(undefined);
  }, [id, line]);

  const failed = url === undefined ? known.state === "failed" : broken === url;
  const gone = url === undefined && known.state === "gone";
  return {
    url: failed ? undefined : url,
    state: gone ? "gone" : failed ? "failed" : shown !== undefined && shown === url ? "shown" : "loading",
    retry: () => {
      setBroken(undefined);
      media.renew(id);
    },
    onLoad: () => {
      setShown(url);
      media.seen(id);
    },
    onError: () => {
      setBroken(url);
      if (renewed.current) return;
      renewed.current = true;
      media.renew(id);
    },
  };
}
