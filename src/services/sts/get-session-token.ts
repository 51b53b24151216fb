// SPDX-License-Identifier: Apache-2.0
import type { GetSessionTokenRequest, GetSessionTokenResponse } from '@aws-sdk/client-sts';
import type { RootPrincipal, SessionFacts, UserPrincipal } from '../../identity/principal.js';
import type { Handler } from '../service.js';
import { checkDuration } from './check-input.js';
import { giveCredentials } from './give-credentials.js';
import { longTermCaller, longTermSeconds } from './long-term-caller.js';
import { proveMfa } from './mfa.js';
import { sessionTimes } from './session-times.js';
import type { StsDependencies } from './sts-dependencies.js';

const durationBounds = { min: 900, max: 129_600, byDefault: 43_200 };

/** Source: STS API Reference, "GetSessionToken". */
export function getSessionToken(
  deps: StsDependencies,
): Handler<GetSessionTokenRequest, GetSessionTokenResponse> {
  return (input, call) => {
    const caller = longTermCaller(call.principal, 'GetSessionToken');
    const durationSec = longTermSeconds(caller, checkDuration(input.DurationSeconds, durationBounds));
    const mfa = proveMfa(input, caller, call, deps);
    const session: SessionFacts = {
      ...sessionTimes(call, durationSec),
      ...(mfa === undefined ? {} : { mfaAuthenticatedAtMs: mfa.atMs, mfaSerial: mfa.serialNumber }),
      tags: {},
      transitiveTagKeys: [],
      policies: [],
      policyArns: [],
    };
    return { Credentials: giveCredentials(deps, withSession(caller, session)) };
  };
}

function withSession(caller: RootPrincipal | UserPrincipal, session: SessionFacts) {
  if (caller.kind === 'root') return { kind: caller.kind, accountId: caller.accountId, session };
  const { kind, accountId, userName, userId, arn } = caller;
  return { kind, accountId, userName, userId, arn, session };
}
