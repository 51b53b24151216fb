// SPDX-License-Identifier: Apache-2.0

/** What happens by itself has this long: a machine that runs other things beside the tests gets its time, and it costs nothing elsewhere. */
export const patienceMs = 180_000;

/** Looks again and again until it holds, and goes on when the time is over too: the assertions behind it say what is missing. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  { everyMs = 5 }: { readonly everyMs?: number } = {},
): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!(await holds()) && performance.now() < deadlineMs) await pause(everyMs);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
