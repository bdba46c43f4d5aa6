import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ScriptedLine, settle } from "../testing/script";
import type { Fault } from "./fault";
import type { News, State } from "./link";
import type { Hello } from "./protocol";
import { Socket } from "./socket";

let lines: ScriptedLine[];
let states: State["name"][];
let notices: News[];
let hellos: Hello[];
let socket: Socket;

function line(): ScriptedLine {
  const last = lines.at(-1);
  if (last === undefined) throw new Error("no line was opened");
  return last;
}

const hello = {
  user: { id: "u1" },
  device_id: "d1",
  session: "1",
  epoch: "e1",
  time: "2026-11-23T09:00:00.000Z",
};

async function connect(): Promise<void> {
  line().open();
  line().reply(line().last("hello"), hello);
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  lines = [];
  states = [];
  notices = [];
  hellos = [];
  socket = new Socket({
    open: () => {
      lines.push(new ScriptedLine());
      return line();
    },
    hello: () => ({ language: "ko" }),
    onOnline: (h) => hellos.push(h),
    onNotice: (n) => notices.push(n),
    onState: (s) => states.push(s.name),
  });
  socket.start();
});

afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

describe("a connection", () => {
  test("says hello first and is online with its answer", async () => {
    await expect(socket.call("ping", {})).rejects.toMatchObject({ code: "offline" });
    await connect();
    expect(line().calls[0]).toMatchObject({ method: "hello", params: { language: "ko" } });
    expect(states).toEqual(["connecting", "online"]);
    expect(hellos).toHaveLength(1);
  });

  test("matches answers to calls in any order", async () => {
    await connect();
    const first = socket.call("room.read", { room_id: "r1", seq: 1 });
    const second = socket.call("room.read", { room_id: "r2", seq: 2 });
    const [a, b] = line().calls.slice(-2);
    if (a === undefined || b === undefined) throw new Error("no calls");
    line().refuse(b, "room_unknown");
    line().reply(a, {});
    await expect(first).resolves.toEqual({});
    await expect(second).rejects.toMatchObject({ code: "room_unknown", retry: false });
  });

  test("passes on what a frame holds, in order", async () => {
    await connect();
    line().hear(
      { method: "typing", params: { room_id: "r1", user_id: "u2" } },
      { method: "entry", params: { room_id: "r1", entry: { seq: 1, kind: "message" } } },
    );
    expect(notices.map((n) => n.method)).toEqual(["typing", "entry"]);
  });

  test("makes a fault that is not known yet one of the server's own", async () => {
    await connect();
    const call = socket.call("ping", {});
    line().refuse(line().last("ping"), "from_the_future", { retry_after_ms: 700 });
    const fault = await call.catch((f: Fault) => f);
    expect(fault).toMatchObject({ code: "internal", retryAfterMs: 700 });
  });
});

describe("a lost connection", () => {
  test("fails what was under way and comes back with growing pauses", async () => {
    await connect();
    const call = socket.call("ping", {});
    line().end();
    await expect(call).rejects.toMatchObject({ code: "offline", retry: true });
    const pauses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const state = socket.state;
      if (state.name !== "waiting") throw new Error(state.name);
      pauses.push(state.until - Date.now());
      await vi.advanceTimersByTimeAsync(state.until - Date.now());
      expect(socket.state.name).toBe("connecting");
      line().end();
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000]);
  });

  test("waits anew from the shortest pause once it was online again", async () => {
    await connect();
    line().end();
    await vi.advanceTimersByTimeAsync(500);
    line().end();
    await vi.advanceTimersByTimeAsync(1000);
    await connect();
    line().end();
    expect(socket.state).toEqual({ name: "waiting", until: Date.now() + 500 });
  });

  test("comes back at once when it was too slow, and when the person asks", async () => {
    await connect();
    line().end(4000);
    await vi.advanceTimersByTimeAsync(0);
    expect(lines).toHaveLength(2);
    line().end();
    socket.wake();
    expect(lines).toHaveLength(3);
  });

  test("waits as long as the server asked when it stopped", async () => {
    await connect();
    line().notice("bye", { code: "shutting_down", message: "", reconnect_after_ms: 3210 });
    line().end(4002);
    expect(socket.state).toEqual({ name: "waiting", until: Date.now() + 3210 });
  });

  test("is noticed by silence", async () => {
    await connect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(line().count("ping")).toBe(1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(socket.state.name).toBe("waiting");
  });

  test("is not suspected while anything is heard", async () => {
    await connect();
    for (let i = 0; i < 8; i++) {
      await vi.advanceTimersByTimeAsync(30_000);
      line().notice("typing", { room_id: "r1", user_id: "u2" });
    }
    expect(line().count("ping")).toBe(0);
    expect(lines).toHaveLength(1);
  });

  test("is given up when it never opens", async () => {
    await vi.advanceTimersByTimeAsync(20_000);
    expect(socket.state.name).toBe("waiting");
    expect(line().closed).toBe(1000);
  });
});

describe("a device that is signed out", () => {
  test("stays away after a refused hello", async () => {
    line().open();
    line().refuse(line().last("hello"), "token_invalid");
    await vi.advanceTimersByTimeAsync(600_000);
    expect(states).toEqual(["connecting", "signed-out"]);
    expect(lines).toHaveLength(1);
  });

  test("stays away after its sockets were closed", async () => {
    await connect();
    line().end(4001);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(socket.state.name).toBe("signed-out");
    expect(lines).toHaveLength(1);
  });

  test("connects again when somebody signs in", async () => {
    line().open();
    line().refuse(line().last("hello"), "sign_in_required");
    socket.start();
    await connect();
    expect(socket.state.name).toBe("online");
  });
});
