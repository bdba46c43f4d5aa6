import { expect, test } from "vitest";
import { compile } from "../../build/texts";
import { format } from "./format";
import { particle } from "./particles";

/** A name with the particles of object, subject, topic, company and direction. */
function all(name: string): string {
  const forms = ["을(를)", "이(가)", "은(는)", "와(과)", "(으)로"];
  return forms.map((form) => particle(name, form)).join(" ");
}

const vowel = "를 가 는 와 로";
const consonant = "을 이 은 과 으로";
const rieul = "을 이 은 과 로";
const unknown = "을(를) 이(가) 은(는) 와(과) (으)로";

test.each([
  ["김미나", vowel],
  ["박준", consonant],
  ["하늘", rieul],
  ["서울", rieul],
  ["주말 산책 모임", consonant],
  ["ㅋㅋ", consonant],
  ["ㅠㅠ", vowel],
  ["마당", consonant],
])("Hangul: %s", (name, expected) => expect(all(name)).toBe(expected));

test.each([
  ["방 1", rieul],
  ["2", vowel],
  ["3", consonant],
  ["4", vowel],
  ["5", vowel],
  ["6", consonant],
  ["7", rieul],
  ["8", rieul],
  ["9", vowel],
  ["10", consonant],
  ["2026", consonant],
])("digits: %s", (name, expected) => expect(all(name)).toBe(expected));

test.each([
  ["Tom", consonant],
  ["Jack", consonant],
  ["Eric", consonant],
  ["Matt", consonant],
  ["Anne", consonant],
  ["Jane", consonant],
  ["Ming", consonant],
  ["Daniel", rieul],
  ["Kyle", rieul],
  ["Mina", vowel],
  ["José", vowel],
  ["Zoë", vowel],
  ["Mark", vowel],
  ["David", vowel],
  ["Grace", vowel],
  ["Smith", vowel],
  ["KBS", vowel],
  ["IBM", consonant],
  ["URL", rieul],
])("Latin letters: %s", (name, expected) => expect(all(name)).toBe(expected));

test.each([
  ["준🌳", consonant],
  ["미나 ❤️", vowel],
  ["‘박준’", consonant],
  ["미나(친구)", vowel],
  ["산책!!", consonant],
  ["サクラ", vowel],
  ["けん", consonant],
])("what is silent after the name: %s", (name, expected) => expect(all(name)).toBe(expected));

test.each(["🌳", "", "李", "Нина", "มินา"])("how “%s” is read nobody knows", (name) =>
  expect(all(name)).toBe(unknown),
);

test("a text takes the particle of what is filled in, and only there", () => {
  const text = compile("{who}님이 이름을 ‘{title}’(으)로 바꿨습니다.", "ko");
  expect(format(text, { who: "준", title: "모임" }, "ko")).toBe("준님이 이름을 ‘모임’으로 바꿨습니다.");
  expect(format(text, { who: "준", title: "하늘" }, "ko")).toBe("준님이 이름을 ‘하늘’로 바꿨습니다.");
  // What a person wrote stays as it was written.
  expect(format(compile("‘{title}’", "ko"), { title: "책을(를)" }, "ko")).toBe("‘책을(를)’");
  const counted = compile("{n, plural, other {#}}을(를)", "ko");
  expect([3, 4].map((n) => format(counted, { n }, "ko"))).toEqual(["3을", "4를"]);
});
