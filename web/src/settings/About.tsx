import { t } from "../text";
import css from "./Settings.module.css";

/** The build puts it here (vite.config.ts). */
declare const clientVersion: string;

/** What this is, and the texts that everybody accepted. */
export default function About() {
  return (
    <>
      <div class={css.me}>
        <img class={css.logo} src="/icon.svg" alt="" width="72" height="72" />
        <h2>{t("app.name")}</h2>
        <p>{t("about.text")}</p>
        <p>{t("about.version", { version: clientVersion })}</p>
      </div>
      <div>
        <details class={css.prose}>
          <summary>{t("sign-in.terms")}</summary>
          <p>{t("sign-in.terms-text")}</p>
        </details>
        <details class={css.prose}>
          <summary>{t("sign-in.privacy")}</summary>
          <p>{t("sign-in.privacy-text")}</p>
        </details>
      </div>
    </>
  );
}
