// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../record/types.js';

/** What summaries are grouped by. Source: CloudTrail User Guide, "CloudTrail record contents for aggregated events". */
export type Dimension =
  | 'eventName'
  | 'resourceARN'
  | 'userIdentity'
  | 'userAgent'
  | 'sourceIpAddress'
  | 'errorCodes';

/** A data event as summaries see it: its names in each dimension, none where it has none. */
export interface DataEventFacts {
  readonly eventSource: string;
  readonly names: Readonly<Record<Dimension, readonly string[]>>;
}

export function dataEventFacts(json: string): DataEventFacts {
  const record = JSON.parse(json) as JsonObject;
  return {
    eventSource: texts(record.eventSource)[0] ?? '',
    names: {
      eventName: texts(record.eventName),
      resourceARN: resourceArns(record.resources),
      userIdentity: identityName(record.userIdentity),
      userAgent: texts(record.userAgent),
      sourceIpAddress: texts(record.sourceIPAddress),
      errorCodes: texts(record.errorCode),
    },
  };
}

function texts(value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}

/** Events on objects are counted for their bucket, as in the guide's examples; others for each resource that they name. */
function resourceArns(resources: unknown): string[] {
  const entries = (Array.isArray(resources) ? resources : []) as JsonObject[];
  const bucket = entries.find((entry) => entry?.type === 'AWS::S3::Bucket');
  const arns = (bucket === undefined ? entries : [bucket]).flatMap((entry) => texts(entry?.ARN));
  return [...new Set(arns)];
}

/** `AWSAccount:111122223333`, `AWSService:AWS Internal`: the guide's example. Identities that have an ARN are told by it. */
function identityName(identity: unknown): string[] {
  if (typeof identity !== 'object' || identity === null) return [];
  const { type, arn, accountId, invokedBy, principalId } = identity as JsonObject;
  const [who = ''] = [arn, type === 'AWSService' ? invokedBy : accountId, principalId].flatMap(texts);
  return [`${texts(type)[0] ?? 'Unknown'}:${who}`];
}
