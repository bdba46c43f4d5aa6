// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Fault } from "../net/fault";
import type { Request } from "../net/http";
import { Stage } from "../testing/stage";
import { Session } from "../store/session";
import { ScriptedLine } from "../testing/script";
import { show } from "../testing/page";
import { speak } from "../text";
import { SignIn } from "./SignIn";

let answers: Record<string, unknown>;
let asked: { path: string; body: unknown }[];
let line: ScriptedLine | undefined;

/** A session whose server gives the answers of a test; a Fault is a refusal. */
function session(): Session {
  return new Session({
    line: () => (line = new ScriptedLine()),
    request: ((_verb, path, body) => {
      asked.push({ path, body });
      const answer = answers[path];
      return answer instanceof Fault ? Promise.reject(answer) : Promise.resolve(answer ?? {});
    }) as Request,
    hello: () => ({}),
    transport: new Stage().transport,
    jobs: new Stage().jobs,
  });
}

beforeEach(async () => {
  await speak("en");
  asked = [];
  line = undefined;
  answers = {
    "/v1/auth/codes": { phone: "+821012345678", expires_at: new Date(Date.now() + 180_000).toISOString() },
    "/v1/auth/sessions": { user: { id: "u1" } },
  };
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** Sends the form that holds an element, as Enter in it does. */
function submit(element: HTMLElement): void {
  const form = element.closest("form");
  if (form === null) throw new Error("there is no form around it");
  fireEvent.submit(form);
}

async function askForCode(): Promise<void> {
  fireEvent.input(screen.getByLabelText("Phone number"), { target: { value: "+821012345678" } });
  submit(screen.getByLabelText("Phone number"));
  await screen.findByLabelText("Code");
}

async function giveCode(code: string): Promise<void> {
  fireEvent.input(screen.getByLabelText("Code"), { target: { value: code } });
  await vi.waitFor(() => expect(asked.at(-1)?.path).toBe("/v1/auth/sessions"));
}

test("six digits sign in without another press, and the line is opened", async () => {
  show(session(), <SignIn />);
  await askForCode();
  await giveCode("123 456");
  expect(asked.at(-1)?.body).toMatchObject({ phone: "+821012345678", code: "123456", cookie: true });
  await vi.waitFor(() => expect(line).toBeDefined());
});

test("a limit says how long to wait", async () => {
  answers["/v1/auth/codes"] = new Fault("code_limit", "", { retryAfterMs: 95_000 });
  show(session(), <SignIn />);
  fireEvent.input(screen.getByLabelText("Phone number"), { target: { value: "010" } });
  submit(screen.getByLabelText("Phone number"));
  expect((await screen.findByRole("alert")).textContent).toBe("Too many codes or tries. Time to wait: 1:35.");
});

test("a wrong code can be mended, an old one asked for anew", async () => {
  answers["/v1/auth/sessions"] = new Fault("code_invalid");
  show(session(), <SignIn />);
  await askForCode();
  await giveCode("000000");
  expect((await screen.findByRole("alert")).textContent).toBe("The code is wrong. Check the latest message.");
  answers["/v1/auth/sessions"] = new Fault("code_expired");
  fireEvent.input(screen.getByLabelText("Code"), { target: { value: "" } });
  await giveCode("000001");
  await vi.waitFor(() => expect(screen.getByRole("alert").textContent).toContain("no longer valid"));
  fireEvent.click(screen.getByRole("button", { name: "Send again" }));
  await vi.waitFor(() => expect(asked.filter((a) => a.path === "/v1/auth/codes")).toHaveLength(2));
});

test("a protected number asks for its PIN, which is no failure, and goes with the same code", async () => {
  answers["/v1/auth/sessions"] = new Fault("pin_required");
  show(session(), <SignIn />);
  await askForCode();
  await giveCode("123456");
  const pin = await screen.findByLabelText("PIN");
  expect(screen.queryByRole("alert")).toBeNull();
  answers["/v1/auth/sessions"] = new Fault("pin_invalid");
  fireEvent.input(pin, { target: { value: "1111" } });
  submit(pin);
  expect((await screen.findByRole("alert")).textContent).toBe("The PIN is wrong.");
  expect(asked.at(-1)?.body).toMatchObject({ code: "123456", pin: "1111" });
  answers["/v1/auth/sessions"] = new Fault("recovery_pending", "", { retryAfterMs: 5 * 86_400_000 });
  fireEvent.click(screen.getByRole("button", { name: "Start a new account" }));
  await vi.waitFor(() => expect(screen.getByRole("alert").textContent).toContain("Time to wait: 5 days."));
  expect(asked.at(-1)?.body).toMatchObject({ fresh: true });
});

test("somebody new is asked for a name before anything else", async () => {
  answers["/v1/auth/sessions"] = { user: { id: "u1" }, new: true };
  answers["/v1/me"] = { id: "u1", name: "Mina" };
  show(session(), <SignIn />);
  await askForCode();
  await giveCode("123456");
  const name = await screen.findByLabelText("Name");
  expect(line).toBeUndefined();
  fireEvent.input(name, { target: { value: " Mina " } });
  submit(name);
  await vi.waitFor(() => expect(line).toBeDefined());
  expect(asked.at(-1)).toEqual({ path: "/v1/me", body: { name: "Mina" } });
});

test("a set-up link goes along", async () => {
  show(session(), <SignIn setup="token" />);
  screen.getByText(/first administrator/);
  await askForCode();
  await giveCode("123456");
  expect(asked.at(-1)?.body).toMatchObject({ setup_token: "token" });
});

test("a browser that keeps no cookie is told why it cannot sign in", async () => {
  const s = session();
  s.enter();
  line?.open();
  line?.refuse(line.last("hello"), "sign_in_required");
  show(s, <SignIn />);
  expect(screen.getByRole("alert").textContent).toContain("not secure");
});
