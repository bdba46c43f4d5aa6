import { useState } from "preact/hooks";
import { useSession } from "../session";
import type { LookedUp } from "../store/friends";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { useWork } from "../ui/useWork";
import css from "./Add.module.css";
import { BookResult } from "./BookResult";
import { maxFileBytes, maxNumbers, numbersIn, textOf } from "./book";
import { type Numbers, readNumbers } from "./numbers";
import { hasPicker, pickNumbers } from "./picker";

/**
 * Letters from which on what is pasted is read without being shown: browsers
 * take minutes to lay out thousands of lines in a field.
 */
const muchText = 4000;

/** Finds friends by a whole phone book: picked from the phone, pasted, or from a file. */
export default function ByBook({ onInvite }: { onInvite: () => void }) {
  const session = useSession();
  const [written, setWritten] = useState("");
  const [name, setName] = useState("");
  const [numbers, setNumbers] = useState<Numbers>();
  const [asked, setAsked] = useState<number>();
  const [result, setResult] = useState<LookedUp>();
  const [wrong, setWrong] = useState("");
  const { busy, fault, run } = useWork();

  async function take(texts: readonly string[]): Promise<Numbers> {
    const read = await readNumbers(texts, session.me.peek()?.country ?? "");
    setNumbers(read);
    setWrong(read.phones.length === 0 ? t("book.none") : "");
    return read;
  }

  async function open(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    if (file.size > maxFileBytes) return setWrong(t("book.too-large"));
    setWritten("");
    setName(file.name);
    await run(async () => {
      await take(numbersIn(textOf(new Uint8Array(await file.arrayBuffer()))));
    });
  }

  async function paste(e: ClipboardEvent): Promise<void> {
    const text = e.clipboardData?.getData("text/plain") ?? "";
    if (text.length < muchText) return;
    e.preventDefault();
    setWritten("");
    setName("");
    await run(async () => {
      await take(numbersIn(text));
    });
  }

  async function look(read: Numbers): Promise<void> {
    if (read.phones.length === 0) return;
    setAsked(0);
    try {
      setResult(await session.friends.lookUp(read.phones, setAsked));
    } finally {
      setAsked(undefined);
    }
  }

  async function find(): Promise<void> {
    await run(async () =>
      look(written === "" ? (numbers ?? (await take([]))) : await take(numbersIn(written))),
    );
  }

  async function pick(): Promise<void> {
    await run(async () => {
      const picked = await pickNumbers();
      if (picked !== undefined) await look(await take(picked));
    });
  }

  if (result !== undefined)
    return (
      <BookResult
        result={result}
        total={numbers?.phones.length ?? 0}
        onInvite={onInvite}
        onAgain={() => {
          setResult(undefined);
          setNumbers(undefined);
          setWritten("");
          setName("");
        }}
      />
    );
  if (asked !== undefined) return <Progress asked={asked} total={numbers?.phones.length ?? 0} />;
  const problem = fault === undefined ? wrong : faultText(fault);
  return (
    <form
      class={css.form}
      onSubmit={(e) => {
        e.preventDefault();
        void find();
      }}
    >
      {hasPicker() && (
        <Button look="main" wide busy={busy} onClick={pick}>
          {t("book.pick")}
        </Button>
      )}
      <label class={css.file}>
        <Icon name="file" size={22} />
        <span>{name === "" ? t("book.file") : name}</span>
        <input
          type="file"
          accept=".vcf,.csv,.txt,text/vcard,text/csv,text/plain"
          onChange={(e) => void open(e.currentTarget.files?.[0])}
        />
      </label>
      <label class={css.numbers}>
        {t("book.paste")}
        <textarea
          name="phones"
          placeholder={"010-1234-5678\n+1 212 555 0123"}
          value={written}
          onPaste={(e) => void paste(e)}
          onInput={(e) => {
            setWritten(e.currentTarget.value);
            setNumbers(undefined);
            setName("");
            setWrong("");
          }}
        />
      </label>
      <p class={problem === "" ? css.note : css.error} role="status">
        {problem === "" ? hintOf(numbers) : problem}
      </p>
      <Button
        look={hasPicker() ? "quiet" : "main"}
        wide
        type="submit"
        busy={busy}
        disabled={written.trim() === "" && (numbers?.phones.length ?? 0) === 0}
      >
        {t("friends.find")}
      </Button>
    </form>
  );
}

function hintOf(numbers: Numbers | undefined): string {
  if (numbers === undefined) return t("book.hint");
  const found = t("book.read", { n: numbers.phones.length });
  return numbers.over === 0 ? found : `${found} ${t("book.over", { n: maxNumbers })}`;
}

function Progress({ asked, total }: { asked: number; total: number }) {
  return (
    <div class={css.progress} role="status">
      <p>{t("book.looking", { n: asked, total })}</p>
      <progress value={asked} max={total} aria-label={t("book.looking", { n: asked, total })} />
    </div>
  );
}
