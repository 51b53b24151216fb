// SPDX-License-Identifier: Apache-2.0
import type { AccessQuestion } from '../access.js';
import type { MatchRequest } from './match-statement.js';
import { principalContext, RequestContext } from './request-context.js';

/** A question as statements are asked about it. What is known of the caller wins over what the request says. */
export function toMatchRequest(question: AccessQuestion): MatchRequest {
  const { principal, action, resource, policies, canonicalUserId, context = {} } = question;
  const nowSec = Number(context['aws:EpochTime']);
  const ofCaller = principalContext(principal, Number.isFinite(nowSec) ? nowSec * 1_000 : undefined);
  return {
    principal,
    action: action.toLowerCase(),
    resource,
    context: new RequestContext(context, policies.context ?? {}, ofCaller),
    canonicalUserId,
    isBounded: policies.boundary !== undefined,
  };
}
