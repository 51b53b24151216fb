// SPDX-License-Identifier: Apache-2.0

/** Calls back later; tests hand in their own. Returns the way to call it off. */
export type After = (ms: number, callback: () => void) => () => void;

/** Real time. The timers do not keep the process alive. */
export const afterMs: After = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
