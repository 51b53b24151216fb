// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { Clock } from '../ports/clock.js';
import { type EventLog, StaleRevisionError } from '../ports/event-log.js';
import type { StateStore } from '../ports/state-store.js';
import { type AliasDocument, aliasKey, reservedAliasPrefix } from './alias.js';
import { type KeyDocument, keyKey } from './key.js';
import type { KeyMaterials } from './key-material.js';
import { keyServiceRecord } from './key-service-record.js';

/** Services whose AWS managed key comes to be when they first use it: `alias/aws/s3`, `alias/aws/sns`. */
const descriptions: Readonly<Record<string, string>> = {
  s3: 'Default key that protects my S3 objects when no other key is defined',
  sns: 'Default key that protects my SNS data when no other key is defined',
};

const dayMs = 86_400_000;
/** Source: KMS Developer Guide, "Rotate AWS KMS keys": AWS managed keys are rotated every year. */
const rotationPeriodInDays = 365;

export interface AwsManagedKeyDependencies {
  readonly stateStore: StateStore;
  readonly eventLog: EventLog;
  readonly materials: KeyMaterials;
  readonly clock: Clock;
}

/**
 * Makes the AWS managed key behind an alias of an account and Region where it is not there yet; does nothing for every
 * other alias. Two that come at once make one key.
 */
export async function ensureAwsManagedKey(
  alias: string,
  place: { readonly accountId: string; readonly region: string },
  { stateStore, eventLog, materials, clock }: AwsManagedKeyDependencies,
): Promise<void> {
  if (!alias.startsWith(reservedAliasPrefix)) return;
  if (stateStore.get(aliasKey({ ...place, name: alias })) !== undefined) return;
  const nowMs = clock.now();
  const made = await newAwsManagedKey(alias, { ...place, nowMs }, materials);
  if (made === undefined) return;
  const { key, alias: aliasDocument } = made;
  try {
    await eventLog.append({
      kind: 'call',
      records: [keyServiceRecord(key, { eventId: randomUUID(), nowMs, eventName: 'CreateKey' })],
      changes: [
        { key: keyKey(key), value: key, expected: null },
        { key: aliasKey(aliasDocument), value: aliasDocument, expected: null },
      ],
    });
  } catch (error) {
    if (!(error instanceof StaleRevisionError)) throw error;
  }
}

export interface AwsManagedKey {
  readonly key: KeyDocument;
  readonly alias: AliasDocument;
}

/** The key and the alias that names it, not put anywhere yet; undefined where the alias is none of an AWS managed key. */
export async function newAwsManagedKey(
  alias: string,
  {
    accountId,
    region,
    nowMs,
  }: { readonly accountId: string; readonly region: string; readonly nowMs: number },
  materials: KeyMaterials,
): Promise<AwsManagedKey | undefined> {
  const service = alias.startsWith(reservedAliasPrefix) ? alias.slice(reservedAliasPrefix.length) : '';
  const description = Object.hasOwn(descriptions, service) ? descriptions[service] : undefined;
  if (description === undefined) return undefined;
  const place = { accountId, region, id: randomUUID() };
  const { material } = await materials.make(place, 'SYMMETRIC_DEFAULT', { createdAtMs: nowMs });
  const key: KeyDocument = {
    ...place,
    manager: 'AWS',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    description,
    state: 'Enabled',
    createdAtMs: nowMs,
    policy: awsManagedKeyPolicy(service, accountId, region),
    tags: {},
    materials: [material],
    rotation: {
      periodInDays: rotationPeriodInDays,
      nextRotationAtMs: nowMs + rotationPeriodInDays * dayMs,
    },
  };
  const times = { createdAtMs: nowMs, updatedAtMs: nowMs };
  return { key, alias: { name: alias, accountId, region, targetKeyId: key.id, ...times } };
}

/**
 * Whoever the service lets in may use the key through the service, and only so; the account may look at it.
 * Source: KMS Developer Guide, "View a key policy" (the policy of an AWS managed key).
 */
function awsManagedKeyPolicy(service: string, accountId: string, region: string): string {
  const Statement = [
    {
      Sid: `Allow access through ${service.toUpperCase()} for all principals in the account that are authorized to use ${service.toUpperCase()}`,
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition: {
        StringEquals: {
          'kms:ViaService': `${service}.${region}.amazonaws.com`,
          'kms:CallerAccount': accountId,
        },
      },
    },
    {
      Sid: 'Allow direct access to key metadata to the account',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
      Resource: '*',
    },
  ];
  return JSON.stringify({ Version: '2012-10-17', Id: `auto-${service}-2`, Statement });
}
