import { expect, test } from "vitest";
import { requests } from "./http";

function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const seen: { url: string; init: RequestInit }[] = [];
  const request = requests((url, init) => {
    seen.push({ url, init });
    return Promise.resolve(new Response(status === 204 ? null : body, { status, headers }));
  });
  return { request, seen };
}

test("a request carries JSON and a key that makes it safe to repeat", async () => {
  const { request, seen } = answering(201, '{"id":"r1"}');
  await expect(request("POST", "/v1/rooms", { member_ids: [] })).resolves.toEqual({ id: "r1" });
  const headers = seen[0]?.init.headers as Record<string, string>;
  expect(headers["Idempotency-Key"]).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(seen[0]?.init).toMatchObject({
    method: "POST",
    body: '{"member_ids":[]}',
    credentials: "same-origin",
  });
});

test("no content is an empty answer", async () => {
  await expect(answering(204, "").request("DELETE", "/v1/devices/d1")).resolves.toEqual({});
});

test("a problem tells its code, its field and how long to wait", async () => {
  const body = JSON.stringify({
    code: "code_limit",
    detail: "Wait.",
    errors: [{ pointer: "#/phone", detail: "" }],
  });
  const { request } = answering(429, body, { "Retry-After": "90" });
  await expect(request("POST", "/v1/auth/codes", {})).rejects.toMatchObject({
    code: "code_limit",
    message: "Wait.",
    field: "phone",
    retryAfterMs: 90_000,
  });
});

test("the page of a proxy in place of an answer is a lost connection", async () => {
  await expect(answering(502, "<html>bad gateway</html>").request("GET", "/v1/me")).rejects.toMatchObject({
    code: "offline",
  });
  await expect(
    answering(200, "<html>sign in to this network</html>").request("GET", "/v1/me"),
  ).rejects.toMatchObject({
    code: "offline",
  });
});

test("no answer is a lost connection", async () => {
  const request = requests(() => Promise.reject(new TypeError("network")));
  await expect(request("GET", "/v1/me")).rejects.toMatchObject({ code: "offline" });
});
