// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os';

const mapFull = -30792;
const transactionFull = -30788;

/**
 * What LMDB reports when there is no room. EIO is among them because LMDB reports a write that was cut short by a
 * full disk as EIO, not as ENOSPC (`mdb_page_flush`).
 */
const noRoomCodes = new Set<unknown>([
  constants.errno.ENOSPC,
  constants.errno.EDQUOT,
  constants.errno.EFBIG,
  constants.errno.EIO,
  mapFull,
  transactionFull,
]);

/** Makes the store's own "no room" error. */
export type ToFullError = (message: string, options?: ErrorOptions) => Error;

/** Turns what a failed transaction threw into the store's "full" where there was no room; anything else stays as it is. */
export async function toStoreError(error: unknown, toFull: ToFullError): Promise<unknown> {
  const cause = await commitError(error);
  const code = (cause as { code?: unknown }).code;
  if (!noRoomCodes.has(code)) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return toFull(`the disk took no more, nothing was written: ${message}`, { cause });
}

/** lmdb rejects a failed commit with an error that carries a promise, and that promise rejects with the reason. */
async function commitError(error: unknown): Promise<unknown> {
  const reason = (error as { commitError?: Promise<unknown> }).commitError;
  if (reason === undefined) return error;
  try {
    await reason;
    return error;
  } catch (cause) {
    return cause;
  }
}
