// SPDX-License-Identifier: Apache-2.0
import type { CreateKeyRequest, CreateKeyResponse } from '@aws-sdk/client-kms';
import { type KeyDocument, keyArn } from '../../keys/key.js';
import { defaultKeyPolicy } from '../../keys/key-policy.js';
import { isKeySpec, type KeySpec, type KeyUsage, keySpecs } from '../../keys/key-spec.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { toKeyMetadata } from './key-metadata.js';
import { noteKey, notServed, putKey } from './key-request.js';
import type { KmsDependencies } from './kms-dependencies.js';
import { validationError } from './verify-input.js';
import { storedKeyPolicy, verifyKeyPolicy } from './verify-policy.js';
import { withTags } from './verify-tags.js';

/** Source: KMS API Reference, "CreateKey". */
export function createKeyHandler({
  materials,
  randomId,
}: KmsDependencies): Handler<CreateKeyRequest, CreateKeyResponse> {
  return async (input, call) => {
    refuseUnserved(input);
    const spec = specOf(input);
    const usage = usageOf(input, spec);
    const place = { accountId: call.accountId, region: call.region, id: randomId() };
    if (input.Policy !== undefined)
      verifyKeyPolicy(input.Policy, keyArn(place), input.BypassPolicyLockoutSafetyCheck, call);
    const tags = withTags({}, input.Tags ?? []);
    const { material, publicKey } = await materials.make(place, spec, { createdAtMs: call.receivedAtMs });
    const key: KeyDocument = {
      ...place,
      manager: 'CUSTOMER',
      spec,
      usage,
      description: input.Description ?? '',
      state: 'Enabled',
      createdAtMs: call.receivedAtMs,
      policy:
        input.Policy === undefined ? defaultKeyPolicy(call.accountId) : storedKeyPolicy(input.Policy, call),
      tags,
      materials: [material],
      ...(publicKey === undefined ? {} : { publicKey }),
    };
    putKey(key, call);
    noteCreated(input, key, call);
    return { KeyMetadata: toKeyMetadata(key) };
  };
}

function refuseUnserved(input: CreateKeyRequest): void {
  const { Origin: origin = 'AWS_KMS', CustomKeyStoreId: store, XksKeyId: xksKey } = input;
  if (store !== undefined) {
    const message = `The custom key store ${store} does not exist.`;
    throw new WireError('CustomKeyStoreNotFoundException', message);
  }
  if (origin !== 'AWS_KMS' || xksKey !== undefined) throw notServed(`CreateKey with the origin ${origin}`);
  if (input.MultiRegion === true) throw notServed('CreateKey of multi-Region keys');
}

function specOf({ KeySpec: spec, CustomerMasterKeySpec: oldName }: CreateKeyRequest): KeySpec {
  if (spec !== undefined && oldName !== undefined && spec !== oldName)
    throw validationError('You cannot specify KeySpec and CustomerMasterKeySpec in the same request.');
  const named = spec ?? oldName ?? 'SYMMETRIC_DEFAULT';
  if (isKeySpec(named)) return named;
  throw notServed(`CreateKey with the key spec ${named}`);
}

function usageOf({ KeyUsage: usage }: CreateKeyRequest, spec: KeySpec): KeyUsage {
  if (usage === undefined && spec !== 'SYMMETRIC_DEFAULT') {
    const message =
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.';
    throw validationError(message);
  }
  const named = usage ?? 'ENCRYPT_DECRYPT';
  const usages: readonly KeyUsage[] = keySpecs[spec].usages;
  if (usages.includes(named)) return named;
  throw validationError(`KeyUsage ${named} is not compatible with KeySpec ${spec}`);
}

/** The record tells what was made, also where the caller left it to KMS. Source: KMS Developer Guide, "CreateKey" (log entry). */
function noteCreated(input: CreateKeyRequest, key: KeyDocument, call: Call): void {
  noteKey(key, call);
  const { Policy: policy, Tags: tags } = input;
  call.audit.requestParameters = {
    ...(policy === undefined ? {} : { policy }),
    description: key.description,
    keyUsage: key.usage,
    customerMasterKeySpec: key.spec,
    keySpec: key.spec,
    origin: 'AWS_KMS',
    bypassPolicyLockoutSafetyCheck: input.BypassPolicyLockoutSafetyCheck ?? false,
    multiRegion: false,
    ...(tags === undefined
      ? {}
      : { tags: tags.map(({ TagKey = '', TagValue = '' }) => ({ tagKey: TagKey, tagValue: TagValue })) }),
  };
}
