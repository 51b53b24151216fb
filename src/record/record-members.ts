// SPDX-License-Identifier: Apache-2.0
import { requestMembers, responseMembers } from './lookup-resources.js';
import { MemberSpans, memberTable } from './member-table.js';

/** The members of a record, and of what records come wrapped in, that importing and indexing look at. */
const record = memberTable([
  'eventVersion',
  'userIdentity',
  'eventTime',
  'eventSource',
  'eventName',
  'awsRegion',
  'requestParameters',
  'responseElements',
  'readOnly',
  'resources',
  'eventID',
  'eventType',
  'managementEvent',
  'eventCategory',
  'insightDetails',
  // Wrappers: log files, EventBridge, LookupEvents, CloudWatch Logs subscriptions, digest files.
  'Records',
  'detail',
  'detail-type',
  'Events',
  'CloudTrailEvent',
  'logEvents',
  'message',
  'digestStartTime',
  'digestEndTime',
]);
const identity = memberTable([
  'type',
  'userName',
  'arn',
  'principalId',
  'invokedBy',
  'accessKeyId',
  'sessionContext',
  'onBehalfOf',
]);
const session = memberTable(['sessionIssuer']);
const issuer = memberTable(['userName']);
const onBehalfOf = memberTable(['userId']);
const insight = memberTable(['eventName', 'eventSource']);

export const recordIds = record.ids;
export const identityIds = identity.ids;
export const issuerIds = issuer.ids;
export const onBehalfOfIds = onBehalfOf.ids;
export const insightIds = insight.ids;

export interface RecordSpans {
  readonly record: MemberSpans;
  readonly identity: MemberSpans;
  readonly issuer: MemberSpans;
  readonly onBehalfOf: MemberSpans;
  readonly insight: MemberSpans;
  readonly request: MemberSpans;
  readonly response: MemberSpans;
}

/** `inside`: whether the members of userIdentity, requestParameters and so on are of interest too. */
export function newRecordSpans(inside: boolean): RecordSpans {
  const issuerSpans = new MemberSpans(issuer.table);
  const onBehalfOfSpans = new MemberSpans(onBehalfOf.table);
  const identitySpans = new MemberSpans(identity.table, {
    sessionContext: new MemberSpans(session.table, { sessionIssuer: issuerSpans }),
    onBehalfOf: onBehalfOfSpans,
  });
  const insightSpans = new MemberSpans(insight.table);
  const request = new MemberSpans(requestMembers);
  const response = new MemberSpans(responseMembers);
  const nested = {
    userIdentity: identitySpans,
    requestParameters: request,
    responseElements: response,
    insightDetails: insightSpans,
  };
  const spans = new MemberSpans(record.table, inside ? nested : {});
  return {
    record: spans,
    identity: identitySpans,
    issuer: issuerSpans,
    onBehalfOf: onBehalfOfSpans,
    insight: insightSpans,
    request,
    response,
  };
}
