import { signal } from "@preact/signals";

/** What Chromium gives to a page that can be installed (WICG, "beforeinstallprompt"). */
interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

/** The browser's question whether to install, kept for when the person asks for it. */
export const installPrompt = signal<InstallPrompt | undefined>(undefined);

/** Listens for the question, which comes once and early. */
export function catchInstallPrompt(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    installPrompt.value = event as InstallPrompt;
  });
  addEventListener("appinstalled", () => {
    installPrompt.value = undefined;
  });
}

/** Asks; the browser lets it be asked once. */
export async function install(): Promise<void> {
  const question = installPrompt.peek();
  installPrompt.value = undefined;
  await question?.prompt();
}
