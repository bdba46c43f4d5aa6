import { useState } from "preact/hooks";
import { Fault, faultOf } from "../net/fault";
import { useSession } from "../session";
import { language, t } from "../text";
import { CodeStep } from "./CodeStep";
import { LanguageChoice } from "./LanguageChoice";
import { NameStep } from "./NameStep";
import { PhoneStep } from "./PhoneStep";
import { PinStep } from "./PinStep";
import css from "./SignIn.module.css";
import { type Answers, type Step, nextStep, signInParams } from "./steps";

/** From a phone number to a signed-in device. `setup` is the token of a set-up link. */
export function SignIn({ setup }: { setup?: string | undefined }) {
  const session = useSession();
  const [step, setStep] = useState<Step>("phone");
  const [answers, setAnswers] = useState<Answers>({ phone: "", code: "", setup });
  const [expiresAt, setExpiresAt] = useState(0);
  const [fault, setFault] = useState(session.strange.peek() ? new Fault("sign_in_required") : undefined);
  const [busy, setBusy] = useState(false);
  async function run(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setFault(undefined);
    try {
      await work();
    } catch (thrown) {
      const refused = faultOf(thrown);
      setStep((now) => nextStep(now, refused));
      // Being asked for the PIN is no failure of the person.
      if (refused.code !== "pin_required") setFault(refused);
    } finally {
      setBusy(false);
    }
  }

  const sendCode = (written: string): Promise<void> =>
    run(async () => {
      const { phone, expires_at } = await session.api.requestCode(written, language());
      setAnswers({ phone, code: "", setup });
      setExpiresAt(Date.parse(expires_at));
      setStep("code");
    });

  const finish = (more: Partial<Answers>): Promise<void> =>
    run(async () => {
      const all = { ...answers, ...more };
      setAnswers(all);
      const answer = await session.api.signIn(signInParams(all, navigator.userAgent, language()));
      if (answer.new === true) setStep("name");
      else session.enter();
    });

  const giveName = (name: string): Promise<void> =>
    run(async () => {
      await session.api.updateMe({ name });
      session.enter();
    });

  const shown = { fault, busy };
  return (
    <main class={css.page}>
      <div class={css.card}>
        <header class={css.head}>
          <img src="/icon.svg" alt="" width="64" height="64" />
          <h1>{t("app.name")}</h1>
          <p>{setup === undefined ? t("sign-in.welcome") : t("sign-in.setup")}</p>
        </header>
        {step === "phone" && <PhoneStep {...shown} onPhone={sendCode} />}
        {step === "code" && (
          <CodeStep
            {...shown}
            phone={answers.phone}
            expiresAt={expiresAt}
            onCode={(code) => finish({ code })}
            onAgain={() => sendCode(answers.phone)}
            onBack={() => {
              setFault(undefined);
              setStep("phone");
            }}
          />
        )}
        {step === "pin" && (
          <PinStep {...shown} onPin={(pin) => finish({ pin })} onFresh={() => finish({ fresh: true })} />
        )}
        {step === "name" && <NameStep {...shown} onName={giveName} />}
      </div>
      <LanguageChoice />
    </main>
  );
}
