import { expect, test } from "vitest";
import { maxNumbers, numbersIn, textOf } from "./book";
import { readNumbers } from "./numbers";

async function read(text: string, country = "KR"): Promise<string[]> {
  return (await readNumbers(numbersIn(text), country)).phones;
}

test("pasted lines, with names and in whatever way numbers are written", async () => {
  const text =
    "엄마 010-1234-5678\n010 2222 3333, +1 (212) 555-0123; 아빠: 01044445555\n생일 1월 2일\n０１０−９９９９−１１１１";
  expect(await read(text)).toEqual([
    "+821012345678",
    "+821022223333",
    "+12125550123",
    "+821044445555",
    "+821099991111",
  ]);
  expect(await read("01012345678 01087654321 +821055556666")).toEqual([
    "+821012345678",
    "+821087654321",
    "+821055556666",
  ]);
  expect(await read("안녕하세요")).toEqual([]);
});

test("numbers are those of the person's country", async () => {
  expect(await read("090-1234-5678", "JP")).toEqual(["+819012345678"]);
  expect(await read("0171 2345678", "DE")).toEqual(["+491712345678"]);
  expect(await read("06 12 34 56 78", "FR")).toEqual(["+33612345678"]);
  expect(await read("138 0013 8000", "CN")).toEqual(["+8613800138000"]);
  expect(await read("(212) 555-0123", "US")).toEqual(["+12125550123"]);
  expect(await read("02 345 6789", "")).toEqual([]);
});

test("vCards of all versions: types, groups, folded lines, tel: addresses, photos", async () => {
  const cards = [
    "BEGIN:VCARD",
    "VERSION:2.1",
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EA=B9=80",
    "TEL;CELL:010-1111-2222",
    "END:VCARD",
    "BEGIN:VCARD",
    "VERSION:3.0",
    "FN:Emma 010-0000-0000",
    "item1.TEL;TYPE=CELL,VOICE;TYPE=pref:+82 10 3333 44",
    " 44",
    "PHOTO;ENCODING=b;TYPE=JPEG:0101234567801012345678",
    "END:VCARD",
    "begin:vcard",
    "VERSION:4.0",
    'TEL;VALUE=uri;TYPE="voice,home":tel:+1-212-555-0123;ext=5',
    "end:vcard",
  ].join("\r\n");
  expect(await read(cards)).toEqual(["+821011112222", "+821033334444", "+12125550123"]);
});

test("tables of address books: only the columns of numbers, several in a field", async () => {
  const google =
    'First Name,Birthday,Phone 1 - Label,Phone 1 - Value,Notes\r\n"Kim, Mina",1990-01-01,Mobile,010-1111-2222 ::: 02-345-6789,"on ""leave""\nsince 20240101"\r\n,,,,\r\nBen,,,+12125550123,\r\n';
  expect(await read(google)).toEqual(["+821011112222", "+8223456789", "+12125550123"]);
  expect(await read("이름;휴대폰;팩스\n김미나;010-1111-2222;02-111-2222\n")).toEqual(["+821011112222"]);
  expect(await read("氏名\t携帯電話\nさくら\t090-1234-5678", "JP")).toEqual(["+819012345678"]);
});

test("a table without names of columns is read as words", async () => {
  expect(await read("김미나,010-1111-2222\n박준,010-3333-4444")).toEqual(["+821011112222", "+821033334444"]);
});

test("files may be written in UTF-8 or UTF-16", () => {
  const text = "전화 010";
  expect(textOf(new TextEncoder().encode(`\uFEFF${text}`))).toBe(text);
  const utf16 = new Uint8Array(new Uint16Array([0xfeff, ...Array.from(text, (c) => c.charCodeAt(0))]).buffer);
  expect(textOf(utf16)).toBe(text);
});

test("each number counts once, and there is an end", async () => {
  expect(await read("010-1111-2222\n+82 10 1111 2222")).toEqual(["+821011112222"]);
  const many = Array.from({ length: maxNumbers + 3 }, (_, i) => `010${10_000_000 + i}`);
  const { phones, over } = await readNumbers(many, "KR");
  expect([phones.length, over]).toEqual([maxNumbers, 3]);
}, 60_000);
