// SPDX-License-Identifier: Apache-2.0
import type { GetFederationTokenRequest, GetFederationTokenResponse } from '@aws-sdk/client-sts';
import type { RootIssuer, RootPrincipal, UserIssuer, UserPrincipal } from '../../identity/principal.js';
import type { Call, Handler } from '../service.js';
import { checkDuration, checkText, federatedNameRule } from './check-input.js';
import { giveCredentials } from './give-credentials.js';
import { longTermCaller, longTermSeconds } from './long-term-caller.js';
import { tagContext } from './role-session.js';
import { packedPolicySize, readSessionPolicies } from './session-policies.js';
import { type ReadTags, readSessionTags } from './session-tags.js';
import { sessionTimes } from './session-times.js';
import type { StsDependencies } from './sts-dependencies.js';

const durationBounds = { min: 900, max: 129_600, byDefault: 43_200 };

/** Source: STS API Reference, "GetFederationToken". */
export function getFederationToken(
  deps: StsDependencies,
): Handler<GetFederationTokenRequest, GetFederationTokenResponse> {
  return (input, call) => {
    const caller = longTermCaller(call.principal, 'GetFederationToken');
    const { accountId } = caller;
    const name = checkText(input.Name ?? '', 'name', federatedNameRule);
    const durationSec = longTermSeconds(caller, checkDuration(input.DurationSeconds, durationBounds));
    const tags = readSessionTags(input, undefined);
    const arn = `arn:aws:sts::${accountId}:federated-user/${name}`;
    authorize(arn, tags, call);
    const narrowing = readSessionPolicies(input, accountId, call.state);
    const packedSize = packedPolicySize({ ...narrowing, tags: tags.tags });
    const session = {
      ...sessionTimes(call, durationSec),
      tags: tags.tags,
      transitiveTagKeys: [],
      ...narrowing,
    };
    const issuer = issuerOf(caller);
    return {
      Credentials: giveCredentials(deps, { kind: 'federatedUser', accountId, name, issuer, session }),
      FederatedUser: { FederatedUserId: `${accountId}:${name}`, Arn: arn },
      ...(packedSize === undefined ? {} : { PackedPolicySize: packedSize }),
    };
  };
}

function authorize(resource: string, { requested }: ReadTags, call: Call): void {
  const keys = Object.keys(requested);
  const context = {
    ...tagContext('aws:RequestTag', requested),
    'aws:TagKeys': keys.length === 0 ? undefined : keys,
  };
  call.authorize({ action: 'sts:GetFederationToken', resource, context });
  if (keys.length > 0) call.authorize({ action: 'sts:TagSession', resource, context });
}

function issuerOf(caller: RootPrincipal | UserPrincipal): RootIssuer | UserIssuer {
  if (caller.kind === 'root') return { kind: 'root' };
  const { kind, userName, userId, arn } = caller;
  return { kind, userName, userId, arn };
}
