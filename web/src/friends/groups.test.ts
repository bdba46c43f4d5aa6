import { expect, test } from "vitest";
import { Index } from "./groups";

function shown(language: string, ...names: string[]): string[] {
  const groups = new Index(language).group(names.map((name) => ({ name })));
  return groups.map((g) => `${g.label} ${g.people.map((p) => p.name).join(" ")}`);
}

test("Korean: by first consonants, double ones with single ones, then other scripts, then signs", () => {
  expect(
    shown("ko", "Emma", "박준", "까치", "가람", "홍시", "ㅎㅎ", "🌊바다", "さくら", "1팀", "Bea", "王"),
  ).toEqual([
    "ㄱ 가람 까치",
    "ㅂ 박준",
    "ㅎ ㅎㅎ 홍시",
    "B Bea",
    "E Emma",
    "さ さくら",
    "漢 王",
    "# 🌊바다 1팀",
  ]);
});

test("Japanese: by the rows of the kana, small and marked ones too, then characters", () => {
  expect(shown("ja", "Ken", "ガク", "かな", "んだ", "ヴィ", "田中", "ょし", "あい", "バン", "한별")).toEqual([
    "あ あい ヴィ",
    "か ガク かな",
    "は バン",
    "や ょし",
    "わ んだ",
    "漢 田中",
    "K Ken",
    "ㅎ 한별",
  ]);
});

test("simplified Chinese: by pinyin, among Latin names", () => {
  expect(shown("zh-Hans", "张伟", "王芳", "Alice", "阿明", "赵云", "Zoe")).toEqual([
    "A 阿明 Alice",
    "W 王芳",
    "Z 张伟 赵云 Zoe",
  ]);
});

test("traditional Chinese: by strokes", () => {
  expect(shown("zh-Hant", "陳小明", "王大同", "Alice", "林美", "丁一")).toEqual([
    "2劃 丁一",
    "4劃 王大同",
    "8劃 林美",
    "11劃 陳小明",
    "A Alice",
  ]);
});

test("Latin languages: letters with marks stand with the plain ones, unless they are letters there", () => {
  expect(shown("de", "Öztürk", "Otto", "Anna", "Ärmel", "Łukasz")).toEqual([
    "A Anna Ärmel",
    "L Łukasz",
    "O Otto Öztürk",
  ]);
  expect(shown("es", "Nora", "Ñandú", "Oscar", "Ángel")).toEqual(["A Ángel", "N Nora", "Ñ Ñandú", "O Oscar"]);
  expect(shown("tr", "ışık", "İpek", "çiçek", "Can", "deniz")).toEqual([
    "C Can",
    "Ç çiçek",
    "D deniz",
    "I ışık",
    "İ İpek",
  ]);
});

test("Thai: by consonants, past the vowels in front of them", () => {
  expect(shown("th", "เกด", "ขวัญ", "กานต์", "ไหม", "Anna")).toEqual([
    "ก กานต์ เกด",
    "ข ขวัญ",
    "ห ไหม",
    "A Anna",
  ]);
});

test("the index holds the letters of the language, and after them those that only people have", () => {
  const index = new Index("ko");
  const labels = index.labels(index.group([{ name: "Emma" }, { name: "나무" }]));
  expect(labels.join("")).toBe("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎE");
  expect(new Index("ja").letters.join("")).toBe("あかさたなはまやらわ");
  expect(new Index("tr").letters.join("")).toContain("CÇDEFGĞHIİJ");
});

test("people stand where their friends call them", () => {
  const groups = new Index("ko").group([{ name: "Zed", nickname: "가" }, { name: "나" }]);
  expect(groups.map((g) => g.label)).toEqual(["ㄱ", "ㄴ"]);
});

test("a list of ten thousand is sorted in an instant", () => {
  const names = Array.from({ length: 10_000 }, (_, i) => ({
    name: `${String.fromCharCode(0xac00 + ((i * 7919) % 11172))}${i}`,
  }));
  const began = process.cpuUsage().user;
  const groups = new Index("ko").group(names);
  // A tenth of this on a quiet machine; a comparison of everybody with everybody would take minutes.
  expect((process.cpuUsage().user - began) / 1000).toBeLessThan(2000);
  expect(groups.map((g) => g.label).join("")).toBe("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ");
});
