import { useState } from "preact/hooks";
import { type Fault, faultOf } from "../net/fault";

/** Runs what a person asked for, says that it runs, and keeps why it failed. */
export function useWork(): {
  busy: boolean;
  fault: Fault | undefined;
  run: (work: () => Promise<void>) => Promise<boolean>;
  forget: () => void;
} {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  async function run(work: () => Promise<void>): Promise<boolean> {
    setBusy(true);
    setFault(undefined);
    try {
      await work();
      return true;
    } catch (thrown) {
      setFault(faultOf(thrown));
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { busy, fault, run, forget: () => setFault(undefined) };
}
