// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../../ports/event-log.js';
import { dateText, secondsText } from '../../record/date-text.js';
import { globalRegion } from '../../record/global-services.js';
import { recordTexts } from '../../record/record-texts.js';
import type { CloudTrailRecord, JsonObject, UserIdentity } from '../../record/types.js';

export interface ResultFacts {
  readonly eventId: string;
  readonly nowMs: number;
  readonly eventName: 'CreateAccountResult' | 'CloseAccountResult';
  /** The management account: the event is in its history. */
  readonly accountId: string;
  readonly details: JsonObject;
}

/**
 * The event that tells how a request ended. Its userIdentity has no type, as AWS writes it.
 * Source: Organizations User Guide, "Logging API calls with AWS CloudTrail for AWS Organizations" (example log entries).
 */
export function resultRecord({ eventId, nowMs, eventName, accountId, details }: ResultFacts): LoggedRecord {
  const record: CloudTrailRecord = {
    eventVersion: '1.11',
    userIdentity: { accountId, invokedBy: 'AWS Internal' } as UserIdentity,
    eventTime: secondsText(nowMs),
    eventSource: 'organizations.amazonaws.com',
    eventName,
    awsRegion: globalRegion,
    sourceIPAddress: 'AWS Internal',
    userAgent: 'AWS Internal',
    requestParameters: null,
    responseElements: null,
    eventID: eventId,
    readOnly: false,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: accountId,
    serviceEventDetails: details,
    eventCategory: 'Management',
  };
  return { accountId, region: globalRegion, category: 'Management', ...recordTexts(record) };
}

/** A time as the details have it: `Nov 21, 2026, 10:00:00 AM`. */
export function timeText(timeMs: number): string {
  return String(dateText('organizations', new Date(timeMs)));
}
