/** The worker's own surroundings. `self` is typed as any kind of worker. */
export const worker = self as unknown as ServiceWorkerGlobalScope;
