import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Session } from "./store/session";

const context = createContext<Session | undefined>(undefined);

/** Gives the session to everything inside. */
export const SessionProvider = context.Provider;

/** The session of this page. */
export function useSession(): Session {
  const session = useContext(context);
  if (session === undefined) throw new Error("there is no session around this component");
  return session;
}
