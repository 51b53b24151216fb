// SPDX-License-Identifier: Apache-2.0
import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import type { RoleDocument } from '../../identity/iam-documents.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import { type Principal, principalArn, type SignedPrincipal } from '../../identity/principal.js';
import type { Call, Handler } from '../service.js';
import {
  arnRule,
  checkDuration,
  checkOptionalText,
  checkText,
  externalIdRule,
  sessionNameRule,
} from './check-input.js';
import { giveCredentials } from './give-credentials.js';
import { type MfaProof, mfaContext, proveMfa } from './mfa.js';
import { assumedRoleUser, authorizeSession, findRole, roleSubject, tagContext } from './role-session.js';
import { noteIncomingTags, noteRole } from './role-session-record.js';
import { packedPolicySize, readSessionPolicies } from './session-policies.js';
import { type ReadTags, readSessionTags } from './session-tags.js';
import { sessionTimes } from './session-times.js';
import type { StsDependencies } from './sts-dependencies.js';
import { accessDenied, validationError } from './sts-errors.js';

/** Source: STS API Reference, "AssumeRole", DurationSeconds. */
const durationBounds = { min: 900, max: 43_200, byDefault: 3_600 };
/** Source: IAM User Guide, "Roles terms and concepts", role chaining. */
const chainedSecondsMax = 3_600;

interface Asked {
  readonly sessionName: string;
  readonly durationSec: number;
  readonly tags: ReadTags;
  readonly sourceIdentity: string | undefined;
  readonly mfa: MfaProof | undefined;
}

/** Source: STS API Reference, "AssumeRole". */
export function assumeRole(deps: StsDependencies): Handler<AssumeRoleRequest, AssumeRoleResponse> {
  return (input, call) => {
    const caller = roleTaker(call.principal);
    const arn = checkText(input.RoleArn ?? '', 'roleArn', arnRule);
    const asked = readAsked(input, caller, call, deps);
    noteIncomingTags(call, input, asked.tags);
    const found = findRole(arn, call);
    const role = authorizeSession(
      found,
      {
        action: 'sts:AssumeRole',
        roleArn: arn,
        hasTags: Object.keys(asked.tags.tags).length > 0,
        hasSourceIdentity: asked.sourceIdentity !== undefined,
        context: contextOf(input, asked),
      },
      call,
    );
    verifyDuration(asked.durationSec, input.DurationSeconds, role, caller);
    const narrowing = readSessionPolicies(input, role.accountId, call.state);
    const { tags, transitiveTagKeys } = asked.tags;
    const packedSize = packedPolicySize({ ...narrowing, tags });
    const session = { ...sessionOf(asked, caller, call), ...narrowing, tags, transitiveTagKeys };
    noteRole(call, role);
    return {
      Credentials: giveCredentials(deps, roleSubject(role, asked.sessionName, session)),
      AssumedRoleUser: assumedRoleUser(role, asked.sessionName),
      ...(packedSize === undefined ? {} : { PackedPolicySize: packedSize }),
      ...(asked.sourceIdentity === undefined ? {} : { SourceIdentity: asked.sourceIdentity }),
    };
  };
}

/** Users and roles. Source: STS API Reference, "AssumeRole"; "GetFederationToken" (its sessions call no STS). */
function roleTaker(principal: Principal): SignedPrincipal {
  if (principal.kind === 'root') throw accessDenied('Roles may not be assumed by root accounts.');
  if (principal.kind === 'user' || principal.kind === 'assumedRole') return principal;
  throw accessDenied('Cannot call AssumeRole with federation credentials');
}

function readAsked(
  input: AssumeRoleRequest,
  caller: SignedPrincipal,
  call: Call,
  deps: StsDependencies,
): Asked {
  const sessionName = checkText(input.RoleSessionName ?? '', 'roleSessionName', sessionNameRule);
  const isChained = caller.kind === 'assumedRole';
  checkOptionalText(input.ExternalId, 'externalId', externalIdRule);
  const asked = checkDuration(input.DurationSeconds, durationBounds);
  if (input.ProvidedContexts !== undefined && input.ProvidedContexts.length > 0) {
    throw validationError('ProvidedContexts need IAM Identity Center, which this endpoint does not have.');
  }
  return {
    sessionName,
    durationSec: asked,
    tags: readSessionTags(input, isChained ? caller.session : undefined),
    sourceIdentity: sourceIdentityOf(input.SourceIdentity, caller),
    mfa: proveMfa(input, caller, call, deps),
  };
}

/** Once set it stays. Source: IAM User Guide, "Monitor and control actions taken with assumed roles". */
function sourceIdentityOf(given: string | undefined, caller: SignedPrincipal): string | undefined {
  checkOptionalText(given, 'sourceIdentity', sessionNameRule);
  if (given?.toLowerCase().startsWith('aws:') === true)
    throw validationError('SourceIdentity cannot begin with aws:');
  const inherited = caller.session?.sourceIdentity;
  if (given !== undefined && inherited !== undefined && given !== inherited) {
    throw accessDenied(
      `User: ${principalArn(caller)} is not authorized to perform: sts:SetSourceIdentity: the source identity of a session cannot be changed`,
    );
  }
  return inherited ?? given;
}

function contextOf(
  input: AssumeRoleRequest,
  { sessionName, tags, sourceIdentity, mfa }: Asked,
): ContextValues {
  return {
    'sts:RoleSessionName': sessionName,
    'sts:ExternalId': input.ExternalId,
    'sts:SourceIdentity': sourceIdentity,
    ...tagContext('aws:RequestTag', tags.requested),
    'aws:TagKeys': orAbsent(Object.keys(tags.requested)),
    'sts:TransitiveTagKeys': orAbsent(input.TransitiveTagKeys ?? []),
    ...mfaContext(mfa),
  };
}

function orAbsent(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values;
}

function verifyDuration(
  durationSec: number,
  given: number | undefined,
  { maxSessionDurationSec }: RoleDocument,
  caller: SignedPrincipal,
): void {
  if (caller.kind === 'assumedRole' && durationSec > chainedSecondsMax) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (given !== undefined && durationSec > maxSessionDurationSec) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
}

function sessionOf(asked: Asked, caller: SignedPrincipal, { receivedAtMs }: Call) {
  const isChained = caller.kind === 'assumedRole';
  // A user's session that was made with a code vouches for its roles; a role's session does not for the next.
  const mfaAuthenticatedAtMs =
    asked.mfa?.atMs ?? (isChained ? undefined : caller.session?.mfaAuthenticatedAtMs);
  const mfaSerial = asked.mfa?.serialNumber ?? (isChained ? undefined : caller.session?.mfaSerial);
  return {
    ...sessionTimes({ receivedAtMs }, asked.durationSec),
    ...(mfaAuthenticatedAtMs === undefined ? {} : { mfaAuthenticatedAtMs }),
    ...(mfaSerial === undefined ? {} : { mfaSerial }),
    ...(asked.sourceIdentity === undefined ? {} : { sourceIdentity: asked.sourceIdentity }),
    assumedBy: principalArn(caller) as string,
    ...(isChained ? { isChained } : {}),
  };
}
