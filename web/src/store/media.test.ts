import { beforeEach, describe, expect, test, vi } from "vitest";
import { Fault } from "../net/fault";
import type { Request } from "../net/http";
import { Media, type MediaFile, type Own, noMedia } from "./media";

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 23, 9);
let asked: string[][];
let answer: (ids: string[]) => MediaFile[];
let letGo: string[];
let media: Media;

function file(id: string, endsInMs = 8 * hour): MediaFile {
  return {
    id,
    kind: "photo",
    state: "ready",
    name: "",
    size: 1000,
    links: { original: `/files/${id}`, large: `/files/${id}-l` },
    links_expire_at: new Date(Date.now() + endsInMs).toISOString(),
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  asked = [];
  letGo = [];
  answer = (ids) => ids.map((id) => file(id));
  const request = (async (_verb: string, _path: string, { ids }: { ids: string[] }) => {
    asked.push(ids);
    return { media: answer(ids) };
  }) as unknown as Request;
  media = new Media(request, (url) => letGo.push(url));
});

const later = (ms = 20): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe("links", () => {
  test("that are asked for together are one question, each id once, a hundred at most", async () => {
    for (let i = 0; i < 130; i++) media.url(`m${i}`, "large");
    media.url("m0", "original");
    expect(media.url("m1", "large").value).toBeUndefined();
    await later();
    expect(asked.map((ids) => ids.length)).toEqual([100, 30]);
    expect(media.url("m1", "large").value).toBe("/files/m1-l");
    expect(media.url("m1", "original").value).toBe("/files/m1");
    await later();
    expect(asked.length).toBe(2);
  });

  test("of a form that a file does not have are those of the next better one", async () => {
    media.url("m", "small");
    await later();
    expect(media.url("m", "small").value).toBe("/files/m-l");
  });

  test("are renewed before they end, and never more often than makes sense", async () => {
    media.get("m");
    await later();
    await later(6 * hour);
    media.get("m");
    await later();
    expect(asked.length).toBe(1);
    await later(1.9 * hour);
    media.get("m");
    media.get("m");
    await later();
    expect(asked.length).toBe(2);
    // A clock that runs hours ahead takes every link for an old one.
    answer = (ids) => ids.map((id) => file(id, -hour));
    media.get("n");
    await later();
    media.get("n");
    await later();
    expect(asked.length).toBe(3);
  });

  test("of what is not there, and of imported files, are not waited for", async () => {
    answer = () => [];
    const known = media.get("m");
    expect(media.get(noMedia).value).toEqual({ state: "gone" });
    await later();
    expect(known.value).toEqual({ state: "gone" });
    expect(asked).toEqual([["m"]]);
  });

  test("that failed without a line are asked for again when it is back", async () => {
    answer = () => {
      throw new Fault("offline");
    };
    const known = media.get("m");
    await later();
    expect(known.value.state).toBe("failed");
    answer = (ids) => ids.map((id) => file(id));
    media.online();
    expect(known.value.state).toBe("waiting");
    await later();
    expect(known.value.state).toBe("ready");
  });
});

function own(url: string): Own {
  return { kind: "photo", name: "", size: 1, url };
}

describe("files of this device", () => {
  test("are shown from here before and after they have an id, and asked for once they are let go", async () => {
    media.keep("local", own("blob:1"));
    const url = media.url("local", "small");
    expect(url.value).toBe("blob:1");
    media.rename("local", "m");
    expect(media.url("m", "large").value).toBe("blob:1");
    await later();
    expect(asked).toEqual([]);
    media.renew("m"); // it could not be shown
    expect(letGo).toEqual(["blob:1"]);
    await later();
    expect(media.url("m", "large").value).toBe("/files/m-l");
  });

  test("are let go, the oldest first, when there are many", async () => {
    for (let i = 0; i < 62; i++) media.keep(`m${i}`, own(`blob:${i}`));
    expect(media.url("m61", "small").value).toBe("blob:61");
    expect(letGo).toEqual(["blob:0", "blob:1"]);
    await later();
    expect(asked).toEqual([["m0", "m1"]]);
    media.clear();
    expect(letGo.length).toBe(62);
  });
});
