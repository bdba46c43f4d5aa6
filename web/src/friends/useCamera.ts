import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { reader } from "./scan";

/** What the camera does. */
export type CameraState = "asking" | "looking" | "denied" | "none" | "busy";

/** Milliseconds between two looks at what the camera sees. */
const lookMs = 150;

/** Shows the camera in a video and tells what its codes say, until it is taken out of the page. */
export function useCamera(onText: (text: string) => void): {
  video: RefObject<HTMLVideoElement | null>;
  state: CameraState;
} {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraState>("asking");
  const tell = useRef(onText);
  tell.current = onText;

  useEffect(() => {
    let over = false;
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

    async function start(): Promise<void> {
      const element = video.current;
      // Pages that are not secure have no cameras at all.
      if (element === null || navigator.mediaDevices === undefined) return setState("none");
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          video: { facingMode: "environment", width: { ideal: 1280 } },
        });
        if (over) return stop(stream);
        element.srcObject = stream;
        await element.play();
      } catch (thrown) {
        if (!over) setState(stateOf(thrown));
        return;
      }
      setState("looking");
      const read = await reader();
      const look = async (): Promise<void> => {
        if (over) return;
        const { videoWidth: width, videoHeight: height } = element;
        const text =
          width === 0 ? undefined : await read(element, width, height, false).catch(() => undefined);
        if (over) return;
        if (text !== undefined) tell.current(text);
        timer = setTimeout(() => void look(), lookMs);
      };
      void look();
    }

    void start();
    return () => {
      over = true;
      clearTimeout(timer);
      if (stream !== undefined) stop(stream);
    };
  }, []);
  return { video, state };
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Why there is no picture (W3C Media Capture, 10.2.1). */
function stateOf(thrown: unknown): CameraState {
  const name = thrown instanceof DOMException ? thrown.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "none" : "busy";
}
