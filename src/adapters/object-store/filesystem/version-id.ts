// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';

/** The name of the one version of an object that was put without versioning. */
export const nullVersionId = 'null';

const orderBytes = 6;
const randomPartBytes = 18;

/**
 * The id of a version: its order in the store, then 18 random bytes, 32 characters that need no escaping in a URL, as
 * S3's have. The order is in it so that a version is found by its id in one step: a key may have a million versions, and
 * a stranger may ask for ids that none of them has.
 */
export function newVersionId(order: number): string {
  const id = Buffer.alloc(orderBytes + randomPartBytes);
  id.writeUIntBE(order, 0, orderBytes);
  randomBytes(randomPartBytes).copy(id, orderBytes);
  return id.toString('base64url');
}

/** The order that an id claims; undefined for what is no id of this store. The row tells whether it is true. */
export function orderOf(versionId: string): number | undefined {
  if (!/^[\w-]{32}$/.test(versionId)) return undefined;
  return Buffer.from(versionId, 'base64url').readUIntBE(0, orderBytes);
}
