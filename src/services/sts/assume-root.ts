// SPDX-License-Identifier: Apache-2.0
import type { AssumeRootRequest, AssumeRootResponse } from '@aws-sdk/client-sts';
import {
  isDelegatedAdministrator,
  memberOf,
  organizationOfAccount,
} from '../../identity/organizations/organization-state.js';
import type { Principal, SignedPrincipal } from '../../identity/principal.js';
import { hasRootSessions } from '../../identity/root-access.js';
import type { Call, Handler } from '../service.js';
import { checkDuration, checkLength } from './check-input.js';
import { giveCredentials } from './give-credentials.js';
import { sessionTimes } from './session-times.js';
import type { StsDependencies } from './sts-dependencies.js';
import { accessDenied, notAuthorized, validationError } from './sts-errors.js';

const durationBounds = { min: 0, max: 900, byDefault: 900 };

/** Source: STS API Reference, "AssumeRoot", TaskPolicyArn. */
const taskPolicies: ReadonlySet<string> = new Set(
  [
    'IAMAuditRootUserCredentials',
    'IAMCreateRootUserPassword',
    'IAMDeleteRootUserCredentials',
    'S3UnlockBucketPolicy',
    'SQSUnlockQueuePolicy',
  ].map((name) => `arn:aws:iam::aws:policy/root-task/${name}`),
);

/** The service whose delegated administrators may. Source: IAM User Guide, "Centralize root access for member accounts". */
const iamService = 'iam.amazonaws.com';

/** Source: STS API Reference, "AssumeRoot". */
export function assumeRoot(deps: StsDependencies): Handler<AssumeRootRequest, AssumeRootResponse> {
  return (input, call) => {
    const caller = rootTaker(call.principal);
    const target = targetAccount(checkLength(input.TargetPrincipal ?? '', 'targetPrincipal', 12, 2_048));
    const taskPolicyArn = input.TaskPolicyArn?.arn ?? '';
    const durationSec = checkDuration(input.DurationSeconds, durationBounds);
    if (!taskPolicies.has(taskPolicyArn)) {
      throw validationError('The task policy must be one of the AWS managed policies under root-task/.');
    }
    authorize(caller, target, taskPolicyArn, call);
    call.audit.sharedWith ??= new Set();
    call.audit.sharedWith.add(target);
    const { sourceIdentity } = caller.session ?? {};
    const session = {
      ...sessionTimes(call, durationSec),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
      tags: {},
      transitiveTagKeys: [],
      policies: [],
      policyArns: [],
      assumedRoot: { callerAccountId: caller.accountId, taskPolicyArn },
    };
    return {
      Credentials: giveCredentials(deps, { kind: 'root', accountId: target, session }),
      ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    };
  };
}

function rootTaker(principal: Principal): SignedPrincipal {
  if (principal.kind === 'user' || principal.kind === 'assumedRole') return principal;
  throw accessDenied('AssumeRoot cannot be called with root or federation credentials.');
}

function targetAccount(target: string): string {
  const accountId = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(target)?.[1];
  if (accountId === undefined || (target.length !== 12 && target !== `arn:aws:iam::${accountId}:root`))
    throw validationError('The target principal must be a member account or its root.');
  return accountId;
}

/** All who may not, hear the same: who is in which organization is not everybody's to know. */
function authorize(caller: SignedPrincipal, target: string, taskPolicyArn: string, call: Call): void {
  const resource = `arn:aws:iam::${target}:root`;
  const context = { 'sts:TaskPolicyArn': taskPolicyArn };
  call.authorize({ action: 'sts:AssumeRoot', resource, context });
  if (!mayReach(caller.accountId, target, call)) throw notAuthorized(caller, 'sts:AssumeRoot', resource);
}

function mayReach(callerAccountId: string, target: string, { state }: Call): boolean {
  const organization = organizationOfAccount(state, callerAccountId);
  if (organization === undefined) return false;
  const { organizationId, managementAccountId } = organization;
  const mayCall =
    callerAccountId === managementAccountId ||
    isDelegatedAdministrator(organization, callerAccountId, iamService);
  const member = memberOf(state, organizationId, target);
  return (
    mayCall &&
    hasRootSessions(state, organization) &&
    target !== managementAccountId &&
    member?.status === 'ACTIVE'
  );
}
