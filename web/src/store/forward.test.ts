import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Fault } from "../net/fault";
import type { Calls } from "../net/protocol";
import { message } from "../testing/stage";
import { forward } from "./forward";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Params = Calls["message.forward"]["params"];

test("messages go out in their order, to all rooms, and progress is told", async () => {
  const call = vi.fn<(params: Params) => Promise<unknown>>(async () => ({}));
  const done = vi.fn<(n: number) => void>();
  await forward(call, "yard", [message(9, "ben"), message(4, "cat")], ["a", "b"], done);
  expect(call.mock.calls.map(([p]) => [p.room_id, p.seq, p.to_room_ids])).toEqual([
    ["yard", 4, ["a", "b"]],
    ["yard", 9, ["a", "b"]],
  ]);
  const ids = call.mock.calls.flatMap(([p]) => p.client_ids);
  expect(new Set(ids).size).toBe(4);
  expect(done.mock.calls).toEqual([[1], [2]]);
});

test("a lost answer is asked for again under the same ids; a refusal is not", async () => {
  const call = vi.fn<(params: Params) => Promise<unknown>>(async () => ({}));
  call.mockRejectedValueOnce(new Fault("offline"));
  const sent = forward(call, "yard", [message(4, "cat")], ["a"]);
  await vi.runAllTimersAsync();
  await sent;
  expect(call.mock.calls[0]?.[0].client_ids).toEqual(call.mock.calls[1]?.[0].client_ids);

  call.mockClear();
  call.mockRejectedValueOnce(new Fault("not_a_member"));
  await expect(forward(call, "yard", [message(4, "cat")], ["a"])).rejects.toMatchObject({
    code: "not_a_member",
  });
  expect(call).toHaveBeenCalledTimes(1);
});
