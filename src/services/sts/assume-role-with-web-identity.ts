// SPDX-License-Identifier: Apache-2.0
import type {
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
} from '@aws-sdk/client-sts';
import type { RoleDocument } from '../../identity/iam-documents.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import type { WebIdentityPrincipal } from '../../identity/principal.js';
import type { JsonObject } from '../../record/types.js';
import type { Call, Handler } from '../service.js';
import { arnRule, checkDuration, checkOptionalText, checkText, sessionNameRule } from './check-input.js';
import { giveCredentials } from './give-credentials.js';
import { assumedRoleUser, authorizeSession, findRole, roleSubject, tagContext } from './role-session.js';
import { noteRole } from './role-session-record.js';
import { packedPolicySize, readSessionPolicies } from './session-policies.js';
import { type ReadTags, readSessionTags } from './session-tags.js';
import { sessionTimes } from './session-times.js';
import type { StsDependencies } from './sts-dependencies.js';
import { accessDenied, validationError } from './sts-errors.js';

const durationBounds = { min: 900, max: 43_200, byDefault: 3_600 };

/**
 * Called without a signature: the token has been verified before (`web-identity-caller.ts`), and its bearer is the caller.
 * Source: STS API Reference, "AssumeRoleWithWebIdentity".
 */
export function assumeRoleWithWebIdentity(
  deps: StsDependencies,
): Handler<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse> {
  return (input, call) => {
    const { principal } = call;
    if (principal.kind !== 'webIdentity')
      throw accessDenied('AssumeRoleWithWebIdentity is called without a signature.');
    const token = readAsked(principal);
    noteParameters(input, token, call);
    const arn = checkText(input.RoleArn ?? '', 'roleArn', arnRule);
    const sessionName = checkText(input.RoleSessionName ?? '', 'roleSessionName', sessionNameRule);
    const durationSec = checkDuration(input.DurationSeconds, durationBounds);
    const role = authorized(arn, sessionName, token, call);
    if (durationSec > role.maxSessionDurationSec && input.DurationSeconds !== undefined) {
      throw validationError(
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    }
    const narrowing = readSessionPolicies(input, role.accountId, call.state);
    const { tags, transitiveTagKeys, sourceIdentity } = token;
    const packedSize = packedPolicySize({ ...narrowing, tags });
    noteRole(call, role);
    const session = {
      ...sessionTimes(call, durationSec),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
      tags,
      transitiveTagKeys,
      ...narrowing,
      webIdentity: webIdentityOf(principal),
    };
    return {
      Credentials: giveCredentials(deps, roleSubject(role, sessionName, session)),
      SubjectFromWebIdentityToken: principal.subject,
      AssumedRoleUser: assumedRoleUser(role, sessionName),
      ...(packedSize === undefined ? {} : { PackedPolicySize: packedSize }),
      Provider: principal.provider,
      Audience: principal.audience,
      ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    };
  };
}

interface TokenSession extends ReadTags {
  readonly sourceIdentity: string | undefined;
}

function readAsked({ asked }: WebIdentityPrincipal): TokenSession {
  const Tags = Object.entries(asked?.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  const read = readSessionTags({ Tags, TransitiveTagKeys: [...(asked?.transitiveTagKeys ?? [])] }, undefined);
  return {
    ...read,
    sourceIdentity: checkOptionalText(asked?.sourceIdentity, 'sourceIdentity', sessionNameRule),
  };
}

function authorized(arn: string, sessionName: string, token: TokenSession, call: Call): RoleDocument {
  const { tags, transitiveTagKeys, sourceIdentity } = token;
  const tagKeys = Object.keys(tags);
  const context: ContextValues = {
    'sts:RoleSessionName': sessionName,
    'sts:SourceIdentity': sourceIdentity,
    ...tagContext('aws:RequestTag', tags),
    'aws:TagKeys': tagKeys.length === 0 ? undefined : tagKeys,
    'sts:TransitiveTagKeys': transitiveTagKeys.length === 0 ? undefined : transitiveTagKeys,
  };
  const needs = {
    action: 'sts:AssumeRoleWithWebIdentity',
    roleArn: arn,
    hasTags: tagKeys.length > 0,
    hasSourceIdentity: sourceIdentity !== undefined,
    context,
  } as const;
  return authorizeSession(findRole(arn, call), needs, call);
}

/** Of all claims only those stay that later requests are asked about: tokens of credentials are small. */
function webIdentityOf({ provider, subject, audience, claims }: WebIdentityPrincipal) {
  const { amr } = claims;
  return { provider, subject, audience, claims: amr === undefined ? {} : { amr } };
}

/** What the token said stands beside the request's parameters. Source: "Logging IAM and AWS STS API calls", web identity. */
function noteParameters(
  { RoleArn, RoleSessionName, DurationSeconds, Policy, PolicyArns }: AssumeRoleWithWebIdentityRequest,
  { tags, transitiveTagKeys, sourceIdentity }: TokenSession,
  { audit }: Call,
): void {
  const parameters: JsonObject = {
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(DurationSeconds === undefined ? {} : { durationSeconds: DurationSeconds }),
    ...(RoleArn === undefined ? {} : { roleArn: RoleArn }),
    ...(RoleSessionName === undefined ? {} : { roleSessionName: RoleSessionName }),
    ...(Policy === undefined ? {} : { policy: Policy }),
    ...(PolicyArns === undefined ? {} : { policyArns: PolicyArns.map(({ arn }) => ({ arn: arn ?? '' })) }),
    ...(Object.keys(tags).length === 0 ? {} : { principalTags: { ...tags } }),
    ...(transitiveTagKeys.length === 0 ? {} : { transitiveTagKeys: [...transitiveTagKeys] }),
  };
  audit.requestParameters = parameters;
}
