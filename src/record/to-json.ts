// SPDX-License-Identifier: Apache-2.0
import type { CloudTrailRecord } from './types.js';

/** Members in the order in which CloudTrail's own log files have them. */
const order = [
  'eventVersion',
  'userIdentity',
  'eventTime',
  'eventSource',
  'eventName',
  'awsRegion',
  'sourceIPAddress',
  'userAgent',
  'errorCode',
  'errorMessage',
  'requestParameters',
  'responseElements',
  'additionalEventData',
  'requestID',
  'eventID',
  'readOnly',
  'resources',
  'eventType',
  'apiVersion',
  'managementEvent',
  'recipientAccountId',
  'sharedEventID',
  'serviceEventDetails',
  'vpcEndpointId',
  'vpcEndpointAccountId',
  'eventCategory',
  'tlsDetails',
  'sessionCredentialFromConsole',
] as const satisfies readonly (keyof CloudTrailRecord)[];

/**
 * The record as one JSON text, members in CloudTrail's order; the same record gives the same text. Members that the
 * list above does not know (there are none in a `CloudTrailRecord`) are not written.
 */
export function toJson(record: CloudTrailRecord): string {
  return JSON.stringify(isInOrder(record) ? record : inOrder(record));
}

const place: ReadonlyMap<string, number> = new Map(order.map((name, index) => [name, index]));

/** Records come in order from `buildRecord`, so most are written without a copy. */
function isInOrder(record: CloudTrailRecord): boolean {
  let last = -1;
  for (const name in record) {
    const index = place.get(name) ?? -1;
    if (index <= last) return false;
    last = index;
  }
  return true;
}

function inOrder(record: CloudTrailRecord): Partial<Record<keyof CloudTrailRecord, unknown>> {
  const ordered: Partial<Record<keyof CloudTrailRecord, unknown>> = {};
  for (const name of order) if (record[name] !== undefined) ordered[name] = record[name];
  return ordered;
}
