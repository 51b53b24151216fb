// SPDX-License-Identifier: Apache-2.0
import { ObjectStoreError } from '../../../ports/object-store.js';

const noSpaceCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export function noSpaceError(message: string, options?: ErrorOptions): ObjectStoreError {
  return new ObjectStoreError('NoSpace', message, options);
}

/** Turns what the file system says of a full disk into NoSpace; anything else stays as it is. */
export function toObjectStoreError(error: unknown): unknown {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof syscall !== 'string' || typeof code !== 'string' || !noSpaceCodes.has(code)) return error;
  return noSpaceError('the disk of the object store is full', { cause: error });
}
