import { t } from "../text";
import css from "./Settings.module.css";

/** What this is, and the texts that everybody accepted. */
export default function About() {
  return (
    <>
      <div class={css.me}>
        <img class={css.logo} src="/icon.svg" alt="" width="72" height="72" />
        <h2>{t("app.name")}</h2>
        <p>{t("about.text")}</p>
      </div>
      <section class={css.prose}>
        <h2>{t("sign-in.terms")}</h2>
        <p>{t("sign-in.terms-text")}</p>
      </section>
      <section class={css.prose}>
        <h2>{t("sign-in.privacy")}</h2>
        <p>{t("sign-in.privacy-text")}</p>
      </section>
    </>
  );
}
