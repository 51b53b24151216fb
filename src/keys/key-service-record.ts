// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../ports/event-log.js';
import { secondsText } from '../record/date-text.js';
import { toJson } from '../record/to-json.js';
import type { CloudTrailRecord, JsonObject, UserIdentity } from '../record/types.js';
import { type KeyDocument, keyArn } from './key.js';

const inside = 'AWS Internal';

export interface KeyServiceFacts {
  readonly eventId: string;
  readonly nowMs: number;
  /** `RotateKey`, `DeleteKey`: what KMS does by itself; `CreateKey`: of an AWS managed key. */
  readonly eventName: 'RotateKey' | 'DeleteKey' | 'CreateKey';
  readonly details?: JsonObject;
}

/**
 * The record of something that nobody called: a rotation by the calendar, a deletion whose waiting period is over, an AWS
 * managed key at its first use. Source: KMS Developer Guide, "RotateKey" and "DeleteKey" under "Logging AWS KMS API calls
 * with AWS CloudTrail".
 */
export function keyServiceRecord(
  key: Pick<KeyDocument, 'accountId' | 'region' | 'id'>,
  { eventId, nowMs, eventName, details }: KeyServiceFacts,
): LoggedRecord {
  const arn = keyArn(key);
  const record: CloudTrailRecord = {
    eventVersion: '1.11',
    // As AWS writes it: these events have no `type`.
    userIdentity: { accountId: key.accountId, invokedBy: inside } as UserIdentity,
    eventTime: secondsText(nowMs),
    eventSource: 'kms.amazonaws.com',
    eventName,
    awsRegion: key.region,
    sourceIPAddress: inside,
    userAgent: inside,
    requestParameters: null,
    responseElements: { keyId: arn },
    eventID: eventId,
    readOnly: false,
    resources: [{ accountId: key.accountId, type: 'AWS::KMS::Key', ARN: arn }],
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: key.accountId,
    serviceEventDetails: { ...details, keyId: key.id },
    eventCategory: 'Management',
  };
  return { accountId: key.accountId, region: key.region, category: 'Management', json: toJson(record) };
}
