// SPDX-License-Identifier: Apache-2.0
import {
  type AuditEventFault,
  auditRecordFrame,
  type ReadAuditEvent,
  readAuditEvent,
} from '../../event-data-stores/audit-event.js';
import {
  type ChannelDocument,
  type ChannelIngestion,
  channelArn,
  channelIngestionKey,
  channelKey,
} from '../../event-data-stores/channel.js';
import { type EventDataStoreDocument, eventDataStoreKey } from '../../event-data-stores/event-data-store.js';
import { storedPolicy } from '../../event-data-stores/store-policy.js';
import { takesEvents } from '../../event-data-stores/takes-events.js';
import type { AccessNeed } from '../../identity/access.js';
import type { LoggedRecord } from '../../ports/event-log.js';
import { secondsText } from '../../record/date-text.js';
import { hidden } from '../../record/redact.js';
import { isArn, parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { shareRecord } from '../share-record.js';
import { verifyRequest } from './verify-request.js';

export interface PutAuditEventsInput {
  readonly auditEvents?: readonly AuditEventInput[];
  readonly channelArn?: string;
  readonly externalId?: string;
}

export interface AuditEventInput {
  readonly id: string;
  readonly eventData: string;
  readonly eventDataChecksum?: string;
}

export interface PutAuditEventsOutput {
  readonly successful: readonly { readonly id: string; readonly eventID: string }[];
  readonly failed: readonly ({ readonly id: string } & AuditEventFault)[];
}

/** How long ago the status that GetChannel tells may be: a channel is written to no more often, however many events come. */
const statusAgeMsMax = 1_000;

/**
 * Takes events of applications outside of AWS: all that are in order, in one entry of the log, answered when they are durable.
 * Source: CloudTrail Data Service API Reference, "PutAuditEvents".
 */
export function putAuditEventsHandler({
  newId,
}: {
  /** A UUID for each event. */
  readonly newId: () => string;
}): Handler<PutAuditEventsInput, PutAuditEventsOutput> {
  return (input, call) => {
    const channel = openChannel(input, call);
    noteCall(input, channel, call);
    const { auditEvents = [] } = input;
    verifyRequest(input);
    const stores = storesOf(channel, call);
    const toRecord = auditRecordFrame({
      region: channel.region,
      recipientAccountId: channel.accountId,
      channelArn: channelArn(channel),
      ingestionTime: secondsText(call.receivedAtMs),
    });
    const { accountId, region } = channel;
    const category = 'ActivityAuditLog';
    const successful: { id: string; eventID: string }[] = [];
    const failed: ({ id: string } & AuditEventFault)[] = [];
    const events: LoggedRecord[] = [];
    for (const { id, eventData, eventDataChecksum } of auditEvents) {
      const read =
        stores.length === 0 ? notSubscribed : readAuditEvent(eventData, eventDataChecksum, accountId);
      if (isFault(read)) {
        failed.push({ id, ...read });
        continue;
      }
      const eventID = newId();
      const json = toRecord(eventID, read);
      events.push({ accountId, region, category, json, forEventDataStores: stores });
      successful.push({ id, eventID });
    }
    call.audit.events = events;
    noteIngestion(channel, successful.at(-1)?.eventID, failed.at(-1)?.errorCode, call);
    return { successful, failed };
  };
}

function isFault(read: ReadAuditEvent | AuditEventFault): read is AuditEventFault {
  return 'errorCode' in read;
}

const notSubscribed: AuditEventFault = {
  errorCode: 'AccountNotSubscribed',
  errorMessage: 'No event data store takes events from the channel at the moment.',
};

/** The channel, if the caller may put events into it. */
function openChannel(
  { channelArn: named = '', externalId }: PutAuditEventsInput,
  call: Call,
): ChannelDocument {
  const place = placeOf(named, call);
  const channel = call.state.get<ChannelDocument>(channelKey(place));
  const need = needOf(place, channel, externalId);
  if (place.accountId === call.accountId) call.authorize(need);
  else if (channel !== undefined && !call.decide(need).isAllowed)
    throw new WireError(
      'ChannelInsufficientPermission',
      'The resource policy of the channel, or a policy of yours, does not allow you to put events into it.',
    );
  if (channel === undefined) throw new WireError('ChannelNotFound', 'The channel could not be found.');
  return channel;
}

function placeOf(
  named: string,
  { accountId, region }: Call,
): { accountId: string; region: string; id: string } {
  if (!isArn(named)) return { accountId, region, id: named };
  const parts = parseCloudTrailArn(named);
  if (parts?.kind !== 'channel' || parts.region !== region)
    throw new WireError('InvalidChannelARN', 'The specified channel ARN is not a valid channel ARN.');
  return { accountId: parts.accountId, region, id: parts.name };
}

/**
 * The owner's account may always, unless the policy denies it; others by the policy. It may ask for an external id.
 * Source: CloudTrail User Guide, "Resource-based policy examples for channels".
 */
function needOf(
  place: { accountId: string; region: string; id: string },
  channel: ChannelDocument | undefined,
  externalId: string | undefined,
): AccessNeed {
  const tags = Object.entries(channel?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return {
    action: 'cloudtrail-data:PutAuditEvents',
    resource: channelArn(place),
    resourceAccountId: place.accountId,
    resourcePolicyIs: 'sufficient',
    ...(channel?.resourcePolicy === undefined
      ? {}
      : { resourcePolicy: storedPolicy(channel.resourcePolicy) }),
    context: {
      ...(Object.fromEntries(tags) as Record<string, string>),
      ...(externalId === undefined ? {} : { 'cloudtrail:ExternalId': externalId }),
    },
  };
}

/** A data event of the channel. Its record repeats neither the events nor the external id, which is as good as a password. */
function noteCall({ externalId }: PutAuditEventsInput, channel: ChannelDocument, call: Call): void {
  const { audit } = call;
  audit.resources.push({
    type: 'AWS::CloudTrail::Channel',
    ARN: channelArn(channel),
    accountId: channel.accountId,
  });
  audit.requestParameters = {
    channelArn: channelArn(channel),
    ...(externalId === undefined ? {} : { externalId: hidden }),
  };
  shareRecord(call, channel.accountId);
}

/** The ids of the channel's stores that take events now. */
function storesOf({ destinations }: ChannelDocument, call: Call): string[] {
  return destinations.flatMap(({ location }) => {
    const parts = parseCloudTrailArn(location);
    if (parts === undefined) return [];
    const key = eventDataStoreKey(parts.accountId, parts.region, parts.name);
    const store = call.state.get<EventDataStoreDocument>(key);
    return store !== undefined && takesEvents(store) ? [store.id] : [];
  });
}

/** Of calls at the same time one writes the status; the others, run again, see that it is new. */
function noteIngestion(
  channel: ChannelDocument,
  successEventId: string | undefined,
  errorCode: string | undefined,
  call: Call,
): void {
  const key = channelIngestionKey(channel);
  const last = call.state.get<ChannelIngestion>(key);
  const nowMs = call.receivedAtMs;
  if (last !== undefined && nowMs - last.attemptAtMs < statusAgeMsMax) return;
  const error = errorCode ?? last?.errorCode;
  const successAtMs = successEventId === undefined ? last?.successAtMs : nowMs;
  const successId = successEventId ?? last?.successEventId;
  call.state.put(key, {
    attemptAtMs: nowMs,
    ...(successEventId === undefined ? {} : { attemptEventId: successEventId }),
    ...(successAtMs === undefined ? {} : { successAtMs }),
    ...(successId === undefined ? {} : { successEventId: successId }),
    ...(error === undefined ? {} : { errorCode: error }),
  } satisfies ChannelIngestion);
}
