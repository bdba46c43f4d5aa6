import { useEffect } from "preact/hooks";
import { view } from "../media/viewer";
import { useSession } from "../session";
import type { ID } from "../wire/types";

interface Props {
  id: ID;
  name: string;
  onClose: () => void;
}

/** Somebody's photo as large as the window allows, in the viewer of all photos. */
export default function PhotoView({ id, name, onClose }: Props) {
  const session = useSession();
  useEffect(() => {
    void view(session, { photos: [{ media_id: id }], at: 0, tiles: [], caption: name, onClose });
  }, []);
  return null;
}
