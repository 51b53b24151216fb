// SPDX-License-Identifier: Apache-2.0
import { pause } from './recorded-state.js';

/** What takes a moment has this long: a machine that runs other things beside the tests gets its time. */
const patienceMs = 60_000;

/** Waits until it holds, and goes on when the time is over too: the assertions behind it say what is missing. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + patienceMs; !(await holds()) && Date.now() < deadline; ) await pause(20);
}
