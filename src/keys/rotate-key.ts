// SPDX-License-Identifier: Apache-2.0
import type { KeyDocument } from './key.js';
import type { KeyMaterials } from './key-material.js';

/** Source: KMS Developer Guide, "Resource quotas". */
export const onDemandRotationsMax = 25;

const dayMs = 86_400_000;

/** The key with a new secret for what comes; old ones go on opening what they sealed. */
export async function rotatedKey(
  key: KeyDocument,
  rotation: 'AUTOMATIC' | 'ON_DEMAND',
  nowMs: number,
  materials: KeyMaterials,
): Promise<KeyDocument> {
  const { material } = await materials.make(key, key.spec, { createdAtMs: nowMs, rotation });
  return { ...key, materials: [...key.materials, material] };
}

/** Disabled keys and those that wait for their deletion are not rotated; what they missed is made up once they are back. */
export function isRotationDue(key: KeyDocument, nowMs: number): boolean {
  return key.state === 'Enabled' && key.rotation !== undefined && key.rotation.nextRotationAtMs <= nowMs;
}

/** The first time of the key's own calendar that is still to come: what was missed is made up once, not again and again. */
export function nextRotationAtMs(
  { periodInDays, nextRotationAtMs: due }: NonNullable<KeyDocument['rotation']>,
  nowMs: number,
): number {
  const periodMs = periodInDays * dayMs;
  return due + periodMs * (Math.floor(Math.max(0, nowMs - due) / periodMs) + 1);
}
