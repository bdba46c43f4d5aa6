/** So many numbers are taken from a phone book (as one call of the server takes). */
export const maxNumbers = 10_000;
/** Phone books with photos are large; beyond this a file is none. */
export const maxFileBytes = 64 << 20;

/** What may be numbers in a text that somebody pasted or in the file of a phone book: vCard, CSV or lines. */
export function numbersIn(text: string): string[] {
  const plain = text.normalize("NFKC");
  if (/^BEGIN:VCARD/im.test(plain)) return fromCards(plain);
  return fromTable(plain) ?? fromWords(plain);
}

/** Text of a file in whatever way it was written down; digits and signs are alike in all that are not UTF-16. */
export function textOf(bytes: Uint8Array): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return new TextDecoder(utf16 ? (bytes[0] === 0xff ? "utf-16le" : "utf-16be") : "utf-8").decode(bytes);
}

/** TEL properties of vCards (RFC 6350, 6.4.1; RFC 2426, 3.3.1). */
function fromCards(text: string): string[] {
  const found: string[] = [];
  // Folded lines go on after a break and a space (RFC 6350, 3.2).
  for (const line of text.replace(/\r?\n[ \t]/g, "").split(/\r?\n/)) {
    const tel = /^(?:[\w-]+\.)?TEL(?:;[^:"]*(?:"[^"]*"[^:"]*)*)?:(.*)$/i.exec(line)?.[1];
    if (tel === undefined) continue;
    const number = tel.replace(/^tel:/i, "").split(";")[0]?.trim() ?? "";
    if (number !== "") found.push(number);
  }
  return found;
}

/** Columns of numbers, by their names in the exports of address books. */
const phoneColumn = /phone|mobile|\btel|cell|전화|휴대|핸드폰|電話|电话|携帯|手机|手機|telefon|handy|téléphone|teléfono|móvil|โทร|cep/i; // prettier-ignore
const otherColumn = /type|label|fax|종류|유형|팩스/i;

/** A table whose first line names columns of numbers; undefined for what is none. */
function fromTable(text: string): string[] | undefined {
  const firstLine = /^.*$/m.exec(text)?.[0] ?? "";
  const separator = [",", ";", "\t"].find((s) => firstLine.includes(s)) ?? ",";
  if (!phoneColumn.test(firstLine) || /\d{5}/.test(firstLine)) return undefined;
  const [head = [], ...rows] = tableOf(text, separator);
  const columns = head.flatMap((name, i) => (phoneColumn.test(name) && !otherColumn.test(name) ? [i] : []));
  if (columns.length === 0) return undefined;
  // Google writes several numbers of a kind into one field, with ::: between them.
  return rows.flatMap((row) => columns.flatMap((i) => (row[i] ?? "").split(":::").map((n) => n.trim()))).filter((n) => n !== ""); // prettier-ignore
}

/** Rows of fields, which may be in quotes (RFC 4180). */
function tableOf(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[i++];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === separator || c === "\n") {
      row.push(field.trim());
      field = "";
      if (c === "\n") {
        rows.push(row);
        row = [];
      }
    } else field += c;
  }
  return [...rows, [...row, field.trim()]];
}

/** The most digits of a number (ITU-T E.164, 6.1). */
const maxDigits = 15;

/** Numbers among words, on lines or between commas. */
function fromWords(text: string): string[] {
  const found: string[] = [];
  for (const part of text.split(/[\n\r,;\t|]+/)) {
    for (const [run] of part.matchAll(/\+?[\d(][\d\s().\p{Pd}\u2212]{5,}\d/gu)) {
      const digits = run.replace(/\D/g, "").length;
      if (digits <= maxDigits) found.push(run.trim());
      else found.push(...run.split(/\s+/).filter((n) => n.replace(/\D/g, "").length > 6)); // several in a row
    }
  }
  return found;
}
