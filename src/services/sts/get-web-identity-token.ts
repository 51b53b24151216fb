// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { GetWebIdentityTokenRequest, GetWebIdentityTokenResponse } from '@aws-sdk/client-sts';
import { type RoleDocument, roleKey, type UserDocument, userKey } from '../../identity/iam-documents.js';
import {
  type OutboundFederationDocument,
  outboundFederationKey,
  tokenAlgorithms,
} from '../../identity/outbound-federation.js';
import { signWebIdentityToken } from '../../identity/outbound-tokens.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import { type Principal, principalArn, type SignedPrincipal } from '../../identity/principal.js';
import { organizationOf } from '../../identity/service-control-policies.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { checkCount, checkDuration, checkLength, checkOneOf } from './check-input.js';
import { tagContext } from './role-session.js';
import { readSessionTags } from './session-tags.js';
import type { StsDependencies } from './sts-dependencies.js';
import { accessDenied, validationError } from './sts-errors.js';

const durationBounds = { min: 60, max: 3_600, byDefault: 300 };
const audiencesMax = 10;
/** AWS names no number; a token must fit into a header beside others. */
const payloadCharsMax = 8_192;
/** The claims that are AWS's own. Source: IAM User Guide, "Understanding token claims". */
const namespace = 'https://sts.amazonaws.com/';

/** Source: STS API Reference, "GetWebIdentityToken". */
export function getWebIdentityToken({
  secretBox,
}: StsDependencies): Handler<GetWebIdentityTokenRequest, GetWebIdentityTokenResponse> {
  return async (input, call) => {
    const caller = signedCaller(call.principal);
    const audiences = readAudiences(input.Audience ?? []);
    const alg = checkOneOf(input.SigningAlgorithm ?? '', 'signingAlgorithm', tokenAlgorithms);
    const durationSec = checkDuration(input.DurationSeconds, durationBounds);
    const { requested } = readSessionTags({ Tags: input.Tags }, undefined);
    authorize(call, { audiences, alg, durationSec, requested });
    const issuer = enabledIssuer(call);
    const issuedAtSec = Math.floor(call.receivedAtMs / 1_000);
    const expiresAtSec = issuedAtSec + durationSec;
    verifyWithinSession(caller, expiresAtSec);
    const payload = {
      aud: audiences.length === 1 ? (audiences[0] as string) : [...audiences],
      sub: subjectOf(caller),
      iat: issuedAtSec,
      exp: expiresAtSec,
      jti: randomUUID(),
      [namespace]: ownClaims(caller, requested, call),
    };
    if (JSON.stringify(payload).length > payloadCharsMax) {
      const message = 'The token payload is too large. Reduce the number of request tags.';
      throw new WireError('JWTPayloadSizeExceededException', message);
    }
    const token = await signWebIdentityToken(issuer, alg, payload, secretBox);
    return { WebIdentityToken: token, Expiration: new Date(expiresAtSec * 1_000) };
  };
}

function signedCaller(principal: Principal): SignedPrincipal {
  if ('accountId' in principal && principal.kind !== 'federatedUser') return principal;
  throw accessDenied('Cannot call GetWebIdentityToken with these credentials');
}

function readAudiences(audiences: readonly string[]): readonly string[] {
  if (audiences.length === 0) throw validationError('At least one audience is needed.');
  checkCount(audiences, 'audience', audiencesMax);
  for (const audience of audiences) checkLength(audience, 'audience', 1, 1_000);
  return audiences;
}

interface Asked {
  readonly audiences: readonly string[];
  readonly alg: string;
  readonly durationSec: number;
  readonly requested: Readonly<Record<string, string>>;
}

/** Source: Service Authorization Reference, "AWS Security Token Service", GetWebIdentityToken, TagGetWebIdentityToken. */
function authorize(call: Call, { audiences, alg, durationSec, requested }: Asked): void {
  const tagKeys = Object.keys(requested);
  const context: ContextValues = {
    'sts:IdentityTokenAudience': audiences,
    'sts:SigningAlgorithm': alg,
    'sts:DurationSeconds': String(durationSec),
    ...tagContext('aws:RequestTag', requested),
    'aws:TagKeys': tagKeys.length === 0 ? undefined : tagKeys,
  };
  call.authorize({ action: 'sts:GetWebIdentityToken', resource: '*', context });
  if (tagKeys.length > 0) call.authorize({ action: 'sts:TagGetWebIdentityToken', resource: '*', context });
}

function enabledIssuer({ state, accountId }: Call): OutboundFederationDocument {
  const issuer = state.get<OutboundFederationDocument>(outboundFederationKey(accountId));
  if (issuer?.isEnabled === true) return issuer;
  throw new WireError(
    'OutboundWebIdentityFederationDisabledException',
    'Outbound web identity federation is not enabled for this account.',
  );
}

function verifyWithinSession({ session }: SignedPrincipal, expiresAtSec: number): void {
  if (session === undefined || expiresAtSec * 1_000 <= session.expiresAtMs) return;
  throw new WireError(
    'SessionDurationEscalationException',
    'The requested token duration would extend the session beyond its original expiration time.',
  );
}

/** Of a session the role itself. */
function subjectOf(caller: SignedPrincipal): string {
  return caller.kind === 'assumedRole' ? caller.roleArn : (principalArn(caller) as string);
}

function ownClaims(caller: SignedPrincipal, requested: Asked['requested'], call: Call): object {
  const { 'aws:PrincipalOrgID': org, 'aws:PrincipalOrgPaths': paths } = organizationOf(
    caller.accountId,
    call.state,
  ).context;
  const principalTags = { ...tagsOf(caller, call), ...caller.session?.tags };
  return {
    aws_account: caller.accountId,
    source_region: call.region,
    ...(org === undefined ? {} : { org_id: org }),
    ...(paths === undefined ? {} : { ou_path: [paths].flat()[0] }),
    ...(Object.keys(principalTags).length === 0 ? {} : { principal_tags: principalTags }),
    ...(Object.keys(requested).length === 0 ? {} : { request_tags: requested }),
  };
}

function tagsOf(caller: SignedPrincipal, { state, accountId }: Call): Readonly<Record<string, string>> {
  if (caller.kind === 'user') return state.get<UserDocument>(userKey(accountId, caller.userName))?.tags ?? {};
  if (caller.kind === 'assumedRole')
    return state.get<RoleDocument>(roleKey(accountId, caller.roleName))?.tags ?? {};
  return {};
}
