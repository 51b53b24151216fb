// SPDX-License-Identifier: Apache-2.0
import type { AuditEventFault } from '../../event-data-stores/audit-event.js';
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
import { secondsText } from '../../record/date-text.js';
import { hidden } from '../../record/redact.js';
import { isArn, parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { shareRecord } from '../share-record.js';
import {
  type AuditBatch,
  type AuditBatchFacts,
  type AuditEventInput,
  readAuditBatch,
} from './audit-batch.js';
import { verifyEvents, verifyExternalId } from './verify-request.js';

export interface PutAuditEventsInput {
  readonly auditEvents?: readonly AuditEventInput[];
  readonly channelArn?: string;
  readonly externalId?: string;
  /** Instead of `auditEvents`: what was read of them beside the main thread, by the facts of `batchFacts`. */
  readonly batch?: AuditBatch;
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
    noteRequest(input, call);
    const channel = openChannel(input, call);
    noteChannel(channel, call);
    const batch = input.batch ?? batchOf(input, call, newId);
    verifyExternalId(input.externalId);
    const stores = storesOf(channel, call);
    const { accountId, region } = channel;
    const { texts, textBytes } = batch;
    if (stores.length > 0 && textBytes.length > 0)
      call.audit.events = {
        accountId,
        region,
        category: 'ActivityAuditLog',
        forEventDataStores: stores,
        texts,
        textBytes,
      };
    const output = outputOf(batch, stores.length > 0);
    noteIngestion(channel, output.successful.at(-1)?.eventID, output.failed.at(-1)?.errorCode, call);
    return output;
  };
}

function batchOf(
  { auditEvents = [], channelArn: named }: PutAuditEventsInput,
  call: Call,
  newId: () => string,
): AuditBatch {
  verifyEvents(auditEvents);
  return readAuditBatch(auditEvents, batchFacts(named, call), newId);
}

/**
 * What the records of a request's events have in common: it follows from the channel's name alone, and says nothing of whether
 * there is such a channel. Throws WireError for what is no channel's name.
 */
export function batchFacts(
  named: string | undefined,
  call: Pick<Call, 'accountId' | 'region' | 'receivedAtMs'>,
): AuditBatchFacts {
  const place = placeOf(named ?? '', call);
  return {
    region: place.region,
    recipientAccountId: place.accountId,
    channelArn: channelArn(place),
    ingestionTime: secondsText(call.receivedAtMs),
  };
}

/** Both lists in the request's order. */
function outputOf({ ids, eventIds, faults }: AuditBatch, isTaken: boolean): PutAuditEventsOutput {
  const successful: { id: string; eventID: string }[] = [];
  const failed: ({ id: string } & AuditEventFault)[] = [];
  const faultAt = new Map(faults);
  for (const [place, id] of ids.entries()) {
    const fault = isTaken ? faultAt.get(place) : notSubscribed;
    if (fault !== undefined) failed.push({ id, ...fault });
    else successful.push({ id, eventID: eventIds[successful.length] as string });
  }
  return { successful, failed };
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
  { accountId, region }: Pick<Call, 'accountId' | 'region'>,
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

/** The record of the call repeats neither the events nor the external id, which is as good as a password. */
function noteRequest({ channelArn: named = '', externalId }: PutAuditEventsInput, { audit }: Call): void {
  audit.requestParameters = {
    channelArn: named,
    ...(externalId === undefined ? {} : { externalId: hidden }),
  };
}

/** A data event of the channel. */
function noteChannel(channel: ChannelDocument, call: Call): void {
  const { audit } = call;
  audit.resources.push({
    type: 'AWS::CloudTrail::Channel',
    ARN: channelArn(channel),
    accountId: channel.accountId,
  });
  audit.requestParameters = { ...audit.requestParameters, channelArn: channelArn(channel) };
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

/** Of calls at the same time one writes the status; the others, run again, see that it is new. An error of another kind is told at once. */
function noteIngestion(
  channel: ChannelDocument,
  successEventId: string | undefined,
  errorCode: string | undefined,
  call: Call,
): void {
  const key = channelIngestionKey(channel);
  const last = call.state.get<ChannelIngestion>(key);
  const nowMs = call.receivedAtMs;
  const isKnown = errorCode === undefined || errorCode === last?.errorCode;
  if (last !== undefined && isKnown && nowMs - last.attemptAtMs < statusAgeMsMax) return;
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
