// SPDX-License-Identifier: Apache-2.0
import type {
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse,
  GetResourcePolicyRequest,
  GetResourcePolicyResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
} from '@aws-sdk/client-cloudtrail';
import { bindPrincipals, shownPolicyText } from '../../../identity/policy/bind-principals.js';
import { MalformedPolicyError } from '../../../identity/policy/malformed-policy-error.js';
import { parsePolicy } from '../../../identity/policy/parse-policy.js';
import type { Policy } from '../../../identity/policy/policy.js';
import { matchPolicyText, type PolicyText } from '../../../identity/policy/policy-text.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { MemberRules } from '../verify-members.js';
import { type PolicyHolder, policyHolder } from './policy-holder.js';

/** Source: CloudTrail API Reference, "PutResourcePolicy" (ResourcePolicy). */
const policyCharactersMax = 8_192;

/** Source: CloudTrail API Reference, "PutResourcePolicy". The new policy takes the place of the one that was there. */
export const putResourcePolicy: Handler<PutResourcePolicyRequest, PutResourcePolicyResponse> = (
  input,
  call,
) => {
  verifyArn(input.ResourceArn);
  const text = input.ResourcePolicy ?? '';
  new MemberRules().text('resourcePolicy', text, { min: 1, max: policyCharactersMax }).verify();
  const holder = policyHolder(input.ResourceArn, call);
  holder.put(storedText(text, holder, call));
  return answer(holder, text);
};

/** Source: CloudTrail API Reference, "GetResourcePolicy". */
export const getResourcePolicy: Handler<GetResourcePolicyRequest, GetResourcePolicyResponse> = (
  input,
  call,
) => {
  verifyArn(input.ResourceArn);
  const holder = policyHolder(input.ResourceArn, call);
  if (holder.policy === undefined && holder.delegatedAdminPolicy === undefined) throw noPolicy(holder);
  return answer(holder, holder.policy === undefined ? undefined : shownPolicyText(holder.policy, call.state));
};

/** Source: CloudTrail API Reference, "DeleteResourcePolicy". */
export const deleteResourcePolicy: Handler<DeleteResourcePolicyRequest, DeleteResourcePolicyResponse> = (
  input,
  call,
) => {
  verifyArn(input.ResourceArn);
  const holder = policyHolder(input.ResourceArn, call);
  if (holder.policy === undefined) throw noPolicy(holder);
  holder.put(undefined);
  return {};
};

function verifyArn(arn: string | undefined): void {
  new MemberRules().text('resourceArn', arn, { min: 3, max: 256, pattern: /^[a-zA-Z0-9._/\-:]+$/ }).verify();
}

function answer(holder: PolicyHolder, policy: string | undefined): GetResourcePolicyResponse {
  return {
    ResourceArn: holder.arn,
    ...(policy === undefined ? {} : { ResourcePolicy: policy }),
    ...(holder.delegatedAdminPolicy === undefined
      ? {}
      : { DelegatedAdminResourcePolicy: holder.delegatedAdminPolicy }),
  };
}

function noPolicy({ arn }: PolicyHolder): WireError {
  return new WireError('ResourcePolicyNotFoundException', `${arn} has no resource policy.`);
}

/** As it is kept: users and roles by their unique ids too, so that nobody gets in by the name of one who is gone. */
function storedText(text: string, holder: PolicyHolder, { state }: Call): string {
  try {
    verifyScope(parsePolicy(text, 'resource'), holder);
    return bindPrincipals(text, state);
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    const detail = error.detail === undefined ? '' : ` (${error.detail})`;
    throw new WireError('ResourcePolicyNotValidException', `${error.message}${detail}`, { cause: error });
  }
}

/** A policy speaks of what it hangs on, and of what can be done with that. */
function verifyScope({ statements }: Policy, { arn, actions }: PolicyHolder): void {
  for (const { actions: named, resources } of statements) {
    if (named.inverted || resources.inverted)
      throw new MalformedPolicyError('NotAction and NotResource are not supported in this resource policy.');
    for (const pattern of named.patterns)
      if (!actions.some((action) => matches(pattern, action, true)))
        throw new MalformedPolicyError(`Action ${pattern.source} is not supported in this resource policy.`);
    for (const pattern of resources.patterns)
      if (!matches(pattern, arn, false))
        throw new MalformedPolicyError(`Resource ${pattern.source} does not match ${arn}.`);
  }
}

function matches(pattern: PolicyText, text: string, ignoresCase: boolean): boolean {
  return matchPolicyText(pattern, text, () => undefined, ignoresCase) === 'yes';
}
