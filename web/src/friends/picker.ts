/** The part of the Contact Picker API that is used (W3C Contact Picker API, 5.1); Android has it. */
interface ContactsManager {
  select(properties: ["tel"], options: { multiple: true }): Promise<{ tel?: string[] }[]>;
}

function manager(): ContactsManager | undefined {
  return (navigator as Navigator & { contacts?: ContactsManager }).contacts;
}

/** Whether this browser lets people choose from the phone book of their device. */
export function hasPicker(): boolean {
  return manager() !== undefined;
}

/** The numbers of those whom the person chose; undefined when they chose nobody. */
export async function pickNumbers(): Promise<string[] | undefined> {
  try {
    const chosen = (await manager()?.select(["tel"], { multiple: true })) ?? [];
    return chosen.length === 0 ? undefined : chosen.flatMap((c) => c.tel ?? []);
  } catch {
    return undefined; // the choice was broken off
  }
}
