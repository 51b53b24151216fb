// SPDX-License-Identifier: Apache-2.0
import type {
  CancelKeyDeletionRequest,
  CancelKeyDeletionResponse,
  DisableKeyRequest,
  EnableKeyRequest,
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse,
  UpdateKeyDescriptionRequest,
} from '@aws-sdk/client-kms';
import { KeyError } from '../../keys/data-keys.js';
import { type KeyDocument, keyArn } from '../../keys/key.js';
import { verifyNotPendingDeletion } from '../../keys/usable-key.js';
import type { Handler } from '../service.js';
import { authorizedKey, noteChanged, putKey } from './key-request.js';
import { validationError } from './verify-input.js';

const dayMs = 86_400_000;
/** Source: KMS API Reference, "ScheduleKeyDeletion" (PendingWindowInDays). */
const windowDays = { byDefault: 30, min: 7, max: 30 };

export const enableKey: Handler<EnableKeyRequest, object> = (input, call) => {
  const key = authorizedKey(input.KeyId, call, { action: 'kms:EnableKey' });
  verifyNotPendingDeletion(key);
  putKey({ ...key, state: 'Enabled' }, call);
  noteChanged(key, call);
  return {};
};

export const disableKey: Handler<DisableKeyRequest, object> = (input, call) => {
  const key = authorizedKey(input.KeyId, call, { action: 'kms:DisableKey' });
  verifyNotPendingDeletion(key);
  putKey({ ...key, state: 'Disabled' }, call);
  noteChanged(key, call);
  return {};
};

export const updateKeyDescription: Handler<UpdateKeyDescriptionRequest, object> = (input, call) => {
  const key = authorizedKey(input.KeyId, call, { action: 'kms:UpdateKeyDescription' });
  verifyNotPendingDeletion(key);
  putKey({ ...key, description: input.Description ?? '' }, call);
  noteChanged(key, call);
  return {};
};

/** Source: KMS API Reference, "ScheduleKeyDeletion". The key is gone when the time comes (`key-upkeep.ts`). */
export const scheduleKeyDeletion: Handler<ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse> = (
  input,
  call,
) => {
  const days = input.PendingWindowInDays ?? windowDays.byDefault;
  if (days < windowDays.min || days > windowDays.max) {
    const range = `between ${windowDays.min} and ${windowDays.max}`;
    throw validationError(`PendingWindowInDays must be ${range}, inclusive.`);
  }
  const key = authorizedKey(input.KeyId, call, {
    action: 'kms:ScheduleKeyDeletion',
    context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(days) },
  });
  verifyNotPendingDeletion(key);
  const deletionAtMs = call.receivedAtMs + days * dayMs;
  putKey({ ...key, state: 'PendingDeletion', deletionAtMs }, call);
  return {
    KeyId: keyArn(key),
    DeletionDate: new Date(deletionAtMs),
    KeyState: 'PendingDeletion',
    PendingWindowInDays: days,
  };
};

/** What comes back is disabled. Source: KMS API Reference, "CancelKeyDeletion". */
export const cancelKeyDeletion: Handler<CancelKeyDeletionRequest, CancelKeyDeletionResponse> = (
  input,
  call,
) => {
  const key = authorizedKey(input.KeyId, call, { action: 'kms:CancelKeyDeletion' });
  if (key.state !== 'PendingDeletion')
    throw new KeyError('KMSInvalidStateException', `${keyArn(key)} is not pending deletion.`);
  const { deletionAtMs: _, ...kept } = key;
  putKey({ ...kept, state: 'Disabled' } satisfies KeyDocument, call);
  return { KeyId: keyArn(key) };
};
