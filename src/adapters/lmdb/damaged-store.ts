// SPDX-License-Identifier: Apache-2.0

/** The stored data is not what was written, and what is left cannot be used safely. An operator has to look at it. */
export class DamagedStoreError extends Error {
  override readonly name = 'DamagedStoreError';
}

/** MDB_INVALID, MDB_VERSION_MISMATCH, MDB_CORRUPTED, MDB_PAGE_NOTFOUND (lmdb.h). */
const damageCodes = new Set<unknown>([-30793, -30794, -30796, -30797]);

/** Says which folder is damaged where LMDB says that one is; anything else stays as it is. */
export function toDamagedStoreError(error: unknown, dir: string): unknown {
  if (!damageCodes.has((error as { code?: unknown } | undefined)?.code)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new DamagedStoreError(
    `the data in ${dir} is damaged (${reason}); nothing was changed. Restore it from a copy`,
    { cause: error },
  );
}
