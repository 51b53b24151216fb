// SPDX-License-Identifier: Apache-2.0
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
} from '../../../event-data-stores/event-data-store.js';
import type { ServicePrincipal } from '../../../identity/principal.js';
import { KeyError } from '../../../keys/data-keys.js';
import { storeEncryptionContext } from '../../../keys/encryption-context.js';
import { type KeyDocument, keyArn } from '../../../keys/key.js';
import { decideKeyAccess } from '../../../keys/key-access.js';
import { resolveKey } from '../../../keys/resolve-key.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';

const cloudTrail: ServicePrincipal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };

/** A key ID, its ARN, an alias (`alias/…`) or its ARN. */
const keyForm =
  /^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+|alias\/.+|(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))$/;

/**
 * The ARN of the key that a store's events are to be encrypted under, found and let in by its policy.
 * Sources: CloudTrail API Reference, "CreateEventDataStore" (KmsKeyId, errors); CloudTrail User Guide, "Configure AWS KMS key
 * policies for CloudTrail" (event data stores: kms:GenerateDataKey and kms:Decrypt).
 */
export function resolveStoreKey(keyId: string, storeArn: string, call: Call): string {
  if (!keyForm.test(keyId))
    throw new WireError('InvalidKmsKeyIdException', `KMS key ID ${keyId} is not valid.`);
  const key = existingKey(keyId, call);
  if (key.region !== call.region)
    throw new WireError('KmsKeyNotFoundException', `KMS key ${keyId} is not in the Region ${call.region}.`);
  if (key.spec !== 'SYMMETRIC_DEFAULT')
    throw new WireError('KmsException', `KMS key ${keyArn(key)} is not a symmetric encryption key.`);
  if (key.state !== 'Enabled') throw new WireError('KmsException', `KMS key ${keyArn(key)} is not enabled.`);
  verifyLetsIn(key, storeArn, call);
  return keyArn(key);
}

/** What is encrypted under a key that cannot be used any more cannot be queried. Source: the same page (KmsKeyId). */
export function verifyStoreKeyUsable(store: EventDataStoreDocument | undefined, call: Call): void {
  const keyId = store?.kmsKeyId;
  if (store === undefined || keyId === undefined) return;
  try {
    const key = existingKey(keyId, call);
    if (key.state !== 'Enabled') throw insufficient(keyId);
    verifyLetsIn(key, eventDataStoreArn(store), call);
  } catch (error) {
    if (error instanceof WireError && error.code === 'KmsKeyNotFoundException') throw insufficient(keyId);
    throw error;
  }
}

function existingKey(keyId: string, { state, accountId, region, receivedAtMs }: Call): KeyDocument {
  const place = { accountId, region: /^arn:[^:]*:kms:([^:]+):/.exec(keyId)?.[1] ?? region };
  try {
    return resolveKey(keyId, { ...place, nowMs: receivedAtMs }, state).key;
  } catch (error) {
    if (error instanceof KeyError)
      throw new WireError('KmsKeyNotFoundException', `KMS key ${keyId} does not exist.`, { cause: error });
    throw error;
  }
}

/** CloudTrail asks in the words in which it will use the key, for the store. */
function verifyLetsIn(key: KeyDocument, storeArn: string, call: Call): void {
  const asked = {
    principal: cloudTrail,
    context: { 'aws:RequestedRegion': key.region, 'aws:SecureTransport': 'true' },
    encryptionContext: storeEncryptionContext(storeArn),
  };
  const isLetIn = ['kms:GenerateDataKey', 'kms:Decrypt'].every(
    (action) => decideKeyAccess(key, { ...asked, action }, call.state).isAllowed,
  );
  if (!isLetIn) throw insufficient(keyArn(key));
}

function insufficient(keyId: string): WireError {
  return new WireError(
    'InsufficientEncryptionPolicyException',
    `Insufficient permissions to use KMS key ${keyId}.`,
  );
}
