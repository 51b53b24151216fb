// SPDX-License-Identifier: Apache-2.0
import type { CreateKeyRequest, Tag } from '@aws-sdk/client-kms';
import type { AccessNeed } from '../../identity/access.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import type { Service } from '../service.js';

/**
 * What calls need that are about no key that is there. Whatever names a key is decided by the key's policy, its grants and
 * the caller's policies once the handler has found it. Source: Service Authorization Reference, "AWS Key Management Service".
 */
export const kmsAccess: NonNullable<Service['access']> = (operation, input, call) => {
  switch (operation) {
    case 'CreateKey':
      return creating(input, `arn:aws:kms:${call.region}:${call.accountId}:key/*`);
    case 'GenerateRandom':
    case 'ListAliases':
    case 'ListKeys':
    case 'ListRetirableGrants':
      return [{ action: `kms:${operation}`, resource: '*' }];
    default:
      return undefined;
  }
};

/** With tags it takes the permission to set them, too. Source: KMS API Reference, "CreateKey" (Tags). */
function creating(input: CreateKeyRequest, everyKey: string): readonly AccessNeed[] {
  const { Tags: tags = [] } = input;
  const context: ContextValues = { ...keyKeys(input), ...tagKeys(tags) };
  const create = { action: 'kms:CreateKey', resource: '*', context };
  return tags.length === 0 ? [create] : [create, { action: 'kms:TagResource', resource: everyKey, context }];
}

function keyKeys(input: CreateKeyRequest): ContextValues {
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  const usage = input.KeyUsage ?? 'ENCRYPT_DECRYPT';
  return {
    'kms:KeySpec': spec,
    'kms:CustomerMasterKeySpec': spec,
    'kms:KeyUsage': usage,
    'kms:CustomerMasterKeyUsage': usage,
    'kms:KeyOrigin': input.Origin ?? 'AWS_KMS',
    'kms:MultiRegion': String(input.MultiRegion ?? false),
    'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
  };
}

function tagKeys(tags: readonly Tag[]): ContextValues {
  const pairs = tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue ?? '']);
  if (tags.length === 0) return {};
  return {
    ...(Object.fromEntries(pairs) as Record<string, string>),
    'aws:TagKeys': tags.map(({ TagKey = '' }) => TagKey),
  };
}
