// SPDX-License-Identifier: Apache-2.0
import type { KeySpec, KeyUsage } from './key-spec.js';

/** One version of a key's secret. Old versions stay: they open what they sealed. */
export interface KeyMaterialDocument {
  /** 64 hexadecimal digits, as KMS's KeyMaterialId. */
  readonly id: string;
  /** The secret (raw bytes, or a PKCS #8 private key) in base64, under the master key. */
  readonly sealed: string;
  readonly createdAtMs: number;
  /** Why it replaced the version before; absent for a key's first material. */
  readonly rotation?: 'AUTOMATIC' | 'ON_DEMAND';
}

/** Automatic rotation. Source: KMS API Reference, "EnableKeyRotation". */
export interface KeyRotation {
  readonly periodInDays: number;
  readonly nextRotationAtMs: number;
}

/** A KMS key as it is kept in state under `keyKey`. Times in ms since the epoch. */
export interface KeyDocument {
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly manager: 'CUSTOMER' | 'AWS';
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  readonly description: string;
  readonly state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  readonly createdAtMs: number;
  /** When state is PendingDeletion: from here on the key is gone, whether it was already removed or not. */
  readonly deletionAtMs?: number;
  /** The key policy as it was put, as text. */
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Oldest first; the last one is current. Never empty. */
  readonly materials: readonly KeyMaterialDocument[];
  /** Of asymmetric keys: SubjectPublicKeyInfo, DER, in base64. */
  readonly publicKey?: string;
  readonly rotation?: KeyRotation;
}

export const keyPrefix = 'key/';

export function keyKey({ accountId, region, id }: Pick<KeyDocument, 'accountId' | 'region' | 'id'>): string {
  return `${keyPrefix}${accountId}/${region}/${id}`;
}

export function keyArn({ accountId, region, id }: Pick<KeyDocument, 'accountId' | 'region' | 'id'>): string {
  return `arn:aws:kms:${region}:${accountId}:key/${id}`;
}

/** Whether the waiting period of a deletion is over: to every caller the key does not exist any more. */
export function isDeleted({ state, deletionAtMs }: KeyDocument, nowMs: number): boolean {
  return state === 'PendingDeletion' && deletionAtMs !== undefined && deletionAtMs <= nowMs;
}

export function currentMaterial(key: KeyDocument): KeyMaterialDocument {
  const current = key.materials.at(-1);
  if (current === undefined) throw new Error(`the key ${keyArn(key)} has no material`);
  return current;
}
