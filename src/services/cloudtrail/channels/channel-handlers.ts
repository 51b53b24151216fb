// SPDX-License-Identifier: Apache-2.0
import type {
  CreateChannelRequest,
  CreateChannelResponse,
  DeleteChannelRequest,
  DeleteChannelResponse,
  GetChannelRequest,
  GetChannelResponse,
  ListChannelsRequest,
  ListChannelsResponse,
  UpdateChannelRequest,
  UpdateChannelResponse,
} from '@aws-sdk/client-cloudtrail';
import {
  type ChannelDocument,
  type ChannelIngestion,
  channelArn,
  channelIngestionKey,
  channelKey,
  channelNamesKey,
  channelPrefix,
  channelsOf,
} from '../../../event-data-stores/channel.js';
import { customSource, partnerSources } from '../../../event-data-stores/channel-sources.js';
import { toTagList, toTagRecord } from '../../../trails/trail-tags.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { pageOfDocuments } from '../page-of-documents.js';
import { verifyTags } from '../tag-handlers.js';
import { MemberRules } from '../verify-members.js';
import { destinationsRule, readDestinations } from './channel-destinations.js';
import { findChannel } from './find-channel.js';

/** Source: CloudTrail User Guide, "Quotas in AWS CloudTrail": channels of a Region. */
const channelsMax = 25;

/** Source: CloudTrail API Reference, "CreateChannel" (Name, Source). */
const nameRule = { min: 3, max: 128, pattern: /^[a-zA-Z0-9._-]+$/ };
const sourceRule = { min: 1, max: 256 };

/** Source: CloudTrail API Reference, "CreateChannel". `newId` gives a UUID. */
export function createChannelHandler({
  newId,
}: {
  readonly newId: () => string;
}): Handler<CreateChannelRequest, CreateChannelResponse> {
  return (input, call) => {
    const { Name: name = '', Source: source = '', Destinations, Tags: tags = [] } = input;
    const rules = new MemberRules().text('name', name, nameRule).text('source', source, sourceRule);
    destinationsRule(rules, Destinations).verify();
    if (source !== customSource && !partnerSources.has(source))
      throw new WireError('InvalidSourceException', `The source ${source} is not valid.`);
    const tagRecord = toTagRecord(tags);
    verifyTags(tags, tagRecord);
    const { accountId, region, receivedAtMs } = call;
    const channel: ChannelDocument = {
      id: newId(),
      name,
      accountId,
      region,
      source,
      destinations: readDestinations(Destinations ?? [], call),
      tags: tagRecord,
      createdAtMs: receivedAtMs,
      updatedAtMs: receivedAtMs,
    };
    verifyPlace(channel, call);
    call.state.put(channelKey(channel), channel);
    noteChannel(channel, call);
    return { ...toSettings(channel), ...(tags.length === 0 ? {} : { Tags: toTagList(channel.tags) }) };
  };
}

/** Source: CloudTrail API Reference, "UpdateChannel". */
export const updateChannel: Handler<UpdateChannelRequest, UpdateChannelResponse> = (input, call) => {
  const { Name: name, Destinations } = input;
  destinationsRule(new MemberRules().text('name', name, nameRule), Destinations).verify();
  const channel = findChannel(input.Channel, call);
  if (name === undefined && Destinations === undefined)
    throw new WireError('InvalidParameterException', 'Specify a name or destinations to update.');
  const updated: ChannelDocument = {
    ...channel,
    ...(name === undefined ? {} : { name }),
    ...(Destinations === undefined ? {} : { destinations: readDestinations(Destinations, call) }),
    updatedAtMs: call.receivedAtMs,
  };
  if (updated.name !== channel.name) verifyPlace(updated, call);
  call.state.put(channelKey(updated), updated);
  noteChannel(updated, call);
  return toSettings(updated);
};

/** Source: CloudTrail API Reference, "GetChannel". */
export const getChannel: Handler<GetChannelRequest, GetChannelResponse> = (input, call) => {
  const channel = findChannel(input.Channel, call);
  const ingestion = call.state.get<ChannelIngestion>(channelIngestionKey(channel));
  return {
    ...toSettings(channel),
    ...(ingestion === undefined ? {} : { IngestionStatus: toIngestionStatus(ingestion) }),
  };
};

/** Source: CloudTrail API Reference, "ListChannels". */
export const listChannels: Handler<ListChannelsRequest, ListChannelsResponse> = (input, call) => {
  new MemberRules().number('maxResults', input.MaxResults, 1, 1_000).verify();
  const prefix = channelPrefix(call.accountId, call.region);
  const { documents, nextToken } = pageOfDocuments<ChannelDocument>(call, prefix, input, 1_000);
  return {
    Channels: documents.map((channel) => ({ ChannelArn: channelArn(channel), Name: channel.name })),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
};

/** Source: CloudTrail API Reference, "DeleteChannel". */
export const deleteChannel: Handler<DeleteChannelRequest, DeleteChannelResponse> = (input, call) => {
  const channel = findChannel(input.Channel, call);
  call.state.delete(channelKey(channel));
  if (call.state.get(channelIngestionKey(channel)) !== undefined)
    call.state.delete(channelIngestionKey(channel));
  noteChannel(channel, call);
  return {};
};

/**
 * Refuses a second channel of a name, of a partner's source, and too many of them. Own applications have as many channels as
 * they like: `Custom` is every one of them, and AWS's own samples make one for each.
 */
function verifyPlace(channel: ChannelDocument, call: Call): void {
  const { accountId, region, id, name, source } = channel;
  call.state.put(channelNamesKey(accountId, region), { changedBy: call.requestId });
  const others = channelsOf(call.state, accountId, region).filter((other) => other.id !== id);
  const isTaken = others.some(
    (other) => other.name === name || (source !== customSource && other.source === source),
  );
  if (isTaken) {
    const message = `A channel with the name ${name} or the source ${source} already exists.`;
    throw new WireError('ChannelAlreadyExistsException', message);
  }
  if (others.length >= channelsMax) {
    const message = `The account has the maximum number of channels in ${region}: ${channelsMax}.`;
    throw new WireError('ChannelMaxLimitExceededException', message);
  }
}

function noteChannel(channel: ChannelDocument, call: Call): void {
  call.audit.resources.push({
    type: 'AWS::CloudTrail::Channel',
    ARN: channelArn(channel),
    accountId: channel.accountId,
  });
}

function toSettings(channel: ChannelDocument): UpdateChannelResponse {
  return {
    ChannelArn: channelArn(channel),
    Name: channel.name,
    Source: channel.source,
    Destinations: channel.destinations.map(({ type, location }) => ({ Type: type, Location: location })),
  };
}

function toIngestionStatus(status: ChannelIngestion): NonNullable<GetChannelResponse['IngestionStatus']> {
  const { attemptAtMs, attemptEventId, successAtMs, successEventId, errorCode } = status;
  return {
    LatestIngestionAttemptTime: new Date(attemptAtMs),
    ...(attemptEventId === undefined ? {} : { LatestIngestionAttemptEventID: attemptEventId }),
    ...(successAtMs === undefined ? {} : { LatestIngestionSuccessTime: new Date(successAtMs) }),
    ...(successEventId === undefined ? {} : { LatestIngestionSuccessEventID: successEventId }),
    ...(errorCode === undefined ? {} : { LatestIngestionErrorCode: errorCode }),
  };
}
