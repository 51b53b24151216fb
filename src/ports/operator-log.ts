// SPDX-License-Identifier: Apache-2.0

/**
 * Where a part tells the operator what happened: pino's calling convention, so that a pino logger fits as it is.
 * Secrets, record contents and object bytes MUST NOT be handed to it.
 */
export interface OperatorLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export const silentLog: OperatorLog = { info: () => {}, warn: () => {}, error: () => {} };
