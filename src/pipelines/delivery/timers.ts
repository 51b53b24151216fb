// SPDX-License-Identifier: Apache-2.0

/** Calls back later; tests hand in their own. Returns the way to call it off. */
export type After = (ms: number, callback: () => void) => () => void;

/** Real time. The timers do not keep the process alive. */
export const afterMs: After = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

/** What `work` comes to, or a TimeoutError when that takes longer. The work itself goes on. */
export async function withinMs<T>(after: After, ms: number, work: Promise<T>): Promise<T> {
  let callOff = (): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    callOff = after(ms, () => reject(new DOMException(`not done within ${ms} ms`, 'TimeoutError')));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    callOff();
  }
}
