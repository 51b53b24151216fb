// SPDX-License-Identifier: Apache-2.0
import { KeyError } from './data-keys.js';
import { type KeyDocument, keyArn } from './key.js';
import type { KeyUsage } from './key-spec.js';

/**
 * Refuses a key that must not be used as it stands. Source: KMS Developer Guide, "Key states of AWS KMS keys"; the messages
 * are those of its table.
 */
export function verifyEnabled(key: KeyDocument): void {
  if (key.state === 'Disabled') throw new KeyError('DisabledException', `${keyArn(key)} is disabled.`);
  verifyNotPendingDeletion(key);
}

export function verifyNotPendingDeletion(key: KeyDocument): void {
  if (key.state === 'PendingDeletion')
    throw new KeyError('KMSInvalidStateException', `${keyArn(key)} is pending deletion.`);
}

/** @param operation as the caller named it: `GenerateDataKey` */
export function verifyUsage(key: KeyDocument, usage: KeyUsage, operation: string): void {
  if (key.usage === usage) return;
  const message = `${keyArn(key)} key usage is ${key.usage} which is not valid for ${operation}.`;
  throw new KeyError('InvalidKeyUsageException', message);
}
