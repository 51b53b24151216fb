// SPDX-License-Identifier: Apache-2.0
import { type ChannelDocument, channelArn, channelKey } from '../../../event-data-stores/channel.js';
import { isArn, parseCloudTrailArn } from '../../../trails/cloudtrail-arn.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import { MemberRules } from '../verify-members.js';

const channelRule = { min: 3, max: 256, pattern: /^[a-zA-Z0-9._/\-:]+$/ };

/** The channel that a call names by ARN or id: one of the caller's account in the Region of the call. */
export function findChannel(arnOrId: string | undefined, call: Call): ChannelDocument {
  new MemberRules().text('channel', arnOrId, channelRule).verify();
  const { accountId, region } = call;
  const parts = isArn(arnOrId ?? '')
    ? parseCloudTrailArn(arnOrId as string)
    : { accountId, region, kind: 'channel', name: arnOrId ?? '' };
  if (parts?.kind !== 'channel' || parts.accountId !== accountId || parts.region !== region)
    throw new WireError('ChannelARNInvalidException', `The channel ARN ${arnOrId} is not valid.`);
  const channel = call.state.get<ChannelDocument>(channelKey({ accountId, region, id: parts.name }));
  if (channel === undefined)
    throw new WireError('ChannelNotFoundException', `The channel ${arnOrId} was not found.`);
  return channel;
}

/** The ARN that policies are asked about. */
export function meantChannelArn(
  arnOrId: string | undefined,
  { accountId, region }: Pick<Call, 'accountId' | 'region'>,
): string {
  const named = arnOrId ?? '';
  const parts = isArn(named) ? parseCloudTrailArn(named) : undefined;
  // However an ARN is written, it means the one channel.
  if (parts?.kind === 'channel') return channelArn({ ...parts, id: parts.name });
  return isArn(named) ? named : channelArn({ accountId, region, id: named });
}
