// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../ports/operator-log.js';

/** The log of a command that opens a data directory itself: what goes wrong goes to the terminal, what goes right need not. */
export const stderrLog: OperatorLog = {
  info: () => {},
  warn: (facts, message) => console.error(`cairn: ${message}${reasonOf(facts)}`),
  error: (facts, message) => console.error(`cairn: ${message}${reasonOf(facts)}`),
};

function reasonOf(facts: object): string {
  const { err } = facts as { err?: unknown };
  return err instanceof Error ? `: ${err.message}` : '';
}
