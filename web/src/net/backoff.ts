const firstMs = 500;
const longestMs = 30_000;

/**
 * How long to wait before try number n (from 0), in milliseconds: doubling, cut
 * at half a minute, and spread over the upper half of it so that devices which
 * were thrown out together do not come back together.
 */
export function backoff(n: number, random: () => number = Math.random): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(n, 10));
  return Math.round(full / 2 + (full / 2) * random());
}
