import { render } from "@testing-library/preact";
import type { ComponentChildren } from "preact";
import { LocationProvider } from "preact-iso/router";
import { SessionProvider } from "../session";
import type { Session } from "../store/session";

/** Puts something into a page with a session around it. */
export function show(session: Session, what: ComponentChildren): ReturnType<typeof render> {
  return render(
    <SessionProvider value={session}>
      <LocationProvider>{what}</LocationProvider>
    </SessionProvider>,
  );
}
