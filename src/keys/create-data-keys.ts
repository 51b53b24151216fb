// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { ContextValues } from '../identity/policy/request-context.js';
import type { SecretBox } from '../identity/secret-box.js';
import type { Clock } from '../ports/clock.js';
import type { EventLog } from '../ports/event-log.js';
import type { StateStore } from '../ports/state-store.js';
import { ensureAwsManagedKey } from './aws-managed-key.js';
import { openBlob, readBlobHeader, sealBlob } from './ciphertext-blob.js';
import { type DataKeys, type KeyCaller, KeyError } from './data-keys.js';
import type { EncryptionContext } from './encryption-context.js';
import { currentMaterial, type KeyDocument, keyArn } from './key.js';
import { decideKeyAccess, verifyKeyAccess } from './key-access.js';
import { KeyMaterials } from './key-material.js';
import { type KeyState, keyStateOf } from './key-state.js';
import { findKeyByArn, resolveKey } from './resolve-key.js';
import { verifyEnabled, verifyUsage } from './usable-key.js';

export interface DataKeysDependencies {
  readonly stateStore: StateStore;
  /** For AWS managed keys, which come to be at their first use. */
  readonly eventLog: EventLog;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
}

/** Envelope encryption for Cairn's own services, by the same keys, policies and grants as the KMS API. */
export function createDataKeys({ stateStore, eventLog, secretBox, clock }: DataKeysDependencies): DataKeys {
  const materials = new KeyMaterials(secretBox);
  const state = keyStateOf(stateStore);
  const managed = { stateStore, eventLog, materials, clock };
  return {
    async generate(keyId, encryptionContext, caller) {
      await ensureAwsManagedKey(aliasNameOf(keyId), caller, managed);
      const { key } = resolveKey(keyId, { ...caller, nowMs: clock.now() }, state);
      verifyKeyAccess(key, accessOf('kms:GenerateDataKey', encryptionContext, caller), state);
      verifyEnabled(key);
      verifyUsage(key, 'ENCRYPT_DECRYPT', 'GenerateDataKey');
      verifySymmetric(key, 'GenerateDataKey');
      const plaintext = randomBytes(32);
      return {
        plaintext,
        ciphertext: seal(plaintext, key, encryptionContext, materials),
        keyArn: keyArn(key),
      };
    },

    async decrypt(ciphertext, encryptionContext, caller) {
      const key = keyOfBlob(ciphertext, caller.region, clock.now(), state);
      const access = accessOf('kms:Decrypt', encryptionContext, caller);
      const isForeign = key.accountId !== caller.accountId;
      if (isForeign && !decideKeyAccess(key, access, state).isAllowed) throw inaccessibleCiphertext();
      verifyKeyAccess(key, access, state);
      verifyEnabled(key);
      return { plaintext: open(ciphertext, key, encryptionContext, materials), keyArn: keyArn(key) };
    },
  };
}

/** The alias in a key id, an alias ARN's too; AWS managed keys are known by aliases only. */
function aliasNameOf(keyId: string): string {
  return keyId.slice(keyId.indexOf('alias/'));
}

function accessOf(action: string, encryptionContext: EncryptionContext, caller: KeyCaller) {
  const { principal, accountId, viaService, sourceArn, decide } = caller;
  const context: ContextValues = {
    'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT',
    'aws:RequestedRegion': caller.region,
    // A service that acts for itself has no calling account of its own: what it acts for is the source.
    ...(principal.kind === 'service'
      ? { 'aws:SourceAccount': accountId }
      : { 'kms:CallerAccount': accountId }),
    ...(sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn }),
    // The request that KMS sees is the service's, from the service's address.
    ...(viaService === undefined
      ? {}
      : { 'kms:ViaService': viaService, 'aws:ViaAWSService': 'true', 'aws:SourceIp': undefined }),
  };
  return { principal, action, encryptionContext, context, ...(decide === undefined ? {} : { decide }) };
}

/** Seals under the key's current material. */
export function seal(
  plaintext: Uint8Array,
  key: KeyDocument,
  encryptionContext: EncryptionContext,
  materials: KeyMaterials,
): Buffer {
  const { id: materialId } = currentMaterial(key);
  const material = materials.current(key);
  return sealBlob(plaintext, { keyArn: keyArn(key), materialId, material, encryptionContext });
}

/** Opens what any version of the key sealed. Throws KeyError `InvalidCiphertextException`, without a reason, as KMS. */
export function open(
  ciphertext: Uint8Array,
  key: KeyDocument,
  encryptionContext: EncryptionContext,
  materials: KeyMaterials,
): Buffer {
  const header = readBlobHeader(ciphertext);
  const material = header === undefined ? undefined : materials.open(key, header.materialId);
  const plaintext = material && openBlob(ciphertext, material, encryptionContext);
  if (plaintext === undefined) throw invalidCiphertext();
  return plaintext;
}

/** The key that a blob says it was made by, found and not yet authorized. Throws KeyError. */
export function keyOfBlob(
  ciphertext: Uint8Array,
  region: string,
  nowMs: number,
  state: KeyState,
): KeyDocument {
  const header = readBlobHeader(ciphertext);
  if (header === undefined) throw invalidCiphertext();
  const key = findKeyByArn(header.keyArn, nowMs, state);
  if (key === undefined || key.region !== region) throw inaccessibleCiphertext();
  return key;
}

/** The same words whether there is no such key or another account's that the caller may not use: he learns of neither. */
export function inaccessibleCiphertext(): KeyError {
  const message =
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.';
  return new KeyError('AccessDeniedException', message);
}

export function invalidCiphertext(): KeyError {
  return new KeyError('InvalidCiphertextException', '');
}

export function verifySymmetric(key: KeyDocument, operation: string): void {
  if (key.spec === 'SYMMETRIC_DEFAULT') return;
  const message = `${keyArn(key)} key spec is ${key.spec} which is not valid for ${operation}.`;
  throw new KeyError('InvalidKeyUsageException', message);
}
