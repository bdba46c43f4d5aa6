import { faultOf } from "../net/fault";
import type { Calls } from "../net/protocol";
import { uuid } from "../net/uuid";
import { backoff } from "../net/backoff";
import type { Entry, ID } from "../wire/types";

/** So many rooms can be forwarded to at once (of message.forward). */
export const maxForwardRooms = 10;
/** A lost answer is asked for again so often; the same client ids make no second copy. */
const tries = 4;

type Call = (params: Calls["message.forward"]["params"]) => Promise<unknown>;

/**
 * Sends copies of messages of one room to others, in the order in which they
 * were written. `done` hears how many messages went out.
 */
export async function forward(
  call: Call,
  room_id: ID,
  entries: readonly Entry[],
  to_room_ids: readonly ID[],
  done: (n: number) => void = () => undefined,
): Promise<void> {
  for (const [i, { seq }] of entries.toSorted((a, b) => a.seq - b.seq).entries()) {
    const client_ids = to_room_ids.map(() => uuid());
    await persist(() => call({ room_id, seq, to_room_ids: [...to_room_ids], client_ids }));
    done(i + 1);
  }
}

async function persist(work: () => Promise<unknown>): Promise<void> {
  for (let n = 1; ; n++) {
    try {
      await work();
      return;
    } catch (thrown) {
      const fault = faultOf(thrown);
      if (!fault.retry || n === tries) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, fault.retryAfterMs ?? backoff(n - 1)));
    }
  }
}
