// SPDX-License-Identifier: Apache-2.0
import type {
  DisableKeyRotationRequest,
  EnableKeyRotationRequest,
  GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse,
  ListKeyRotationsRequest,
  ListKeyRotationsResponse,
  RotateKeyOnDemandRequest,
  RotateKeyOnDemandResponse,
  RotationsListEntry,
} from '@aws-sdk/client-kms';
import { KeyError } from '../../keys/data-keys.js';
import { currentMaterial, type KeyDocument, type KeyMaterialDocument, keyArn } from '../../keys/key.js';
import { onDemandRotationsMax, rotatedKey } from '../../keys/rotate-key.js';
import { verifyEnabled } from '../../keys/usable-key.js';
import type { Handler } from '../service.js';
import { authorizedKey, noteChanged, putKey } from './key-request.js';
import type { KmsDependencies } from './kms-dependencies.js';
import { pageOfList } from './paging.js';

const dayMs = 86_400_000;
const periodInDaysByDefault = 365;

/** Given again, it changes the period, which then counts from now. Source: KMS API Reference, "EnableKeyRotation". */
export const enableKeyRotation: Handler<EnableKeyRotationRequest, object> = (input, call) => {
  const periodInDays = input.RotationPeriodInDays ?? periodInDaysByDefault;
  const key = authorizedKey(input.KeyId, call, {
    action: 'kms:EnableKeyRotation',
    context: { 'kms:RotationPeriodInDays': String(periodInDays) },
  });
  verifyRotatable(key);
  const rotation = { periodInDays, nextRotationAtMs: call.receivedAtMs + periodInDays * dayMs };
  putKey({ ...key, rotation }, call);
  noteChanged(key, call);
  return {};
};

export const disableKeyRotation: Handler<DisableKeyRotationRequest, object> = (input, call) => {
  const key = authorizedKey(input.KeyId, call, { action: 'kms:DisableKeyRotation' });
  verifyRotatable(key);
  const { rotation: _, ...kept } = key;
  putKey(kept, call);
  noteChanged(key, call);
  return {};
};

/** False for keys that cannot be rotated, and while one waits for its deletion. Source: KMS API Reference, "GetKeyRotationStatus". */
export const getKeyRotationStatus: Handler<GetKeyRotationStatusRequest, GetKeyRotationStatusResponse> = (
  input,
  call,
) => {
  const key = authorizedKey(input.KeyId, call, { action: 'kms:GetKeyRotationStatus', acrossAccounts: true });
  const { rotation } = key;
  if (rotation === undefined || key.state === 'PendingDeletion')
    return { KeyId: keyArn(key), KeyRotationEnabled: false };
  return {
    KeyId: keyArn(key),
    KeyRotationEnabled: true,
    RotationPeriodInDays: rotation.periodInDays,
    NextRotationDate: new Date(rotation.nextRotationAtMs),
  };
};

/** Automatic rotation keeps its own calendar. Source: KMS API Reference, "RotateKeyOnDemand". */
export function rotateKeyOnDemandHandler({
  materials,
}: KmsDependencies): Handler<RotateKeyOnDemandRequest, RotateKeyOnDemandResponse> {
  return async (input, call) => {
    const key = authorizedKey(input.KeyId, call, { action: 'kms:RotateKeyOnDemand' });
    verifyRotatable(key);
    const rotations = key.materials.filter(({ rotation }) => rotation === 'ON_DEMAND').length;
    if (rotations >= onDemandRotationsMax) {
      const message = `The on-demand rotations limit (${onDemandRotationsMax}) has been reached for the given keyId.`;
      throw new KeyError('LimitExceededException', message);
    }
    putKey(await rotatedKey(key, 'ON_DEMAND', call.receivedAtMs, materials), call);
    return { KeyId: keyArn(key) };
  };
}

/** Oldest first. Source: KMS API Reference, "ListKeyRotations". */
export const listKeyRotations: Handler<ListKeyRotationsRequest, ListKeyRotationsResponse> = (input, call) => {
  const key = authorizedKey(input.KeyId, call, { action: 'kms:ListKeyRotations' });
  verifySymmetricRotation(key);
  const isAll = input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL';
  const shown = key.materials.filter(({ rotation }) => isAll || rotation !== undefined);
  const { items, ...page } = pageOfList(shown, input, { byDefault: 100, max: 1000 });
  return { Rotations: items.map((material) => toEntry(material, key)), ...page };
};

function toEntry(material: KeyMaterialDocument, key: KeyDocument): RotationsListEntry {
  const { id, rotation, createdAtMs } = material;
  return {
    KeyId: key.id,
    KeyMaterialId: id,
    KeyMaterialState: id === currentMaterial(key).id ? 'CURRENT' : 'NON_CURRENT',
    ...(rotation === undefined ? {} : { RotationDate: new Date(createdAtMs), RotationType: rotation }),
  };
}

function verifyRotatable(key: KeyDocument): void {
  verifySymmetricRotation(key);
  verifyEnabled(key);
}

function verifySymmetricRotation(key: KeyDocument): void {
  if (key.spec === 'SYMMETRIC_DEFAULT') return;
  const message = `${keyArn(key)} key spec is ${key.spec} which is not valid for this operation.`;
  throw new KeyError('UnsupportedOperationException', message);
}
