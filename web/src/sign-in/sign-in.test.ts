import { describe, expect, test } from "vitest";
import { Fault } from "../net/fault";
import { e164, guessCountry, readable } from "./countries";
import { deviceName, nextStep, signInParams } from "./steps";

test.each([
  ["KR", "010-1234-5678", "+821012345678"],
  ["KR", "10 1234 5678", "+821012345678"],
  ["US", "(212) 555-0123", "+12125550123"],
  ["KR", "+1 212 555 0123", "+12125550123"],
  ["DE", "00821012345678", "+821012345678"],
  ["GB", "020 7946 0123", "+442079460123"],
  ["IT", "06 6982", "+39066982"],
] as const)("a number of %s written %j is %s", (country, written, phone) => {
  expect(e164(country, written)).toBe(phone);
});

test("the country is guessed from where and how somebody reads", () => {
  expect(guessCountry(["en-US"], "Asia/Seoul")).toBe("KR");
  expect(guessCountry(["fr-CA", "en"], "America/Toronto")).toBe("CA");
  expect(guessCountry(["de"], "Europe/Berlin")).toBe("US");
  expect(guessCountry(["ko"], "Europe/Berlin")).toBe("KR");
});

test("Korean mobile numbers are shown as they are spoken", () => {
  expect(readable("+821012345678")).toBe("010-1234-5678");
  expect(readable("+12125550123")).toBe("+12125550123");
});

describe("the steps of signing in", () => {
  test("follow from what the server refuses", () => {
    expect(nextStep("phone", new Fault("phone_invalid"))).toBe("phone");
    expect(nextStep("code", new Fault("code_invalid"))).toBe("code");
    expect(nextStep("code", new Fault("pin_required"))).toBe("pin");
    expect(nextStep("pin", new Fault("recovery_pending"))).toBe("pin");
    expect(nextStep("pin", new Fault("code_expired"))).toBe("code");
    expect(nextStep("code", new Fault("consent_required"))).toBe("phone");
    expect(nextStep("code", new Fault("offline"))).toBe("code");
  });

  test("send what was answered, and nothing that was not asked", () => {
    const params = signInParams({ phone: "+821012345678", code: "123456", setup: undefined }, "", "ko");
    expect(params).toMatchObject({
      phone: "+821012345678",
      code: "123456",
      terms_version: "1",
      privacy_version: "1",
    });
    expect(Object.keys(params)).not.toContain("pin");
    expect(
      signInParams({ phone: "", code: "", pin: "1234", fresh: true, setup: "t" }, "", "en"),
    ).toMatchObject({
      pin: "1234",
      fresh: true,
      setup_token: "t",
    });
  });
});

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36", "Chrome, Linux"],
  [
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121 Mobile Safari/537.36",
    "Samsung Internet, Android",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E Safari/604",
    "Safari, iPhone",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140",
    "Edge, Windows",
  ],
  ["", "Web"],
])("%s is %s", (agent, name) => {
  expect(deviceName(agent)).toBe(name);
});
