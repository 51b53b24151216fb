// SPDX-License-Identifier: Apache-2.0
import type {
  CreateServiceLinkedRoleRequest,
  CreateServiceLinkedRoleResponse,
  DeleteServiceLinkedRoleRequest,
  DeleteServiceLinkedRoleResponse,
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse,
} from '@aws-sdk/client-iam';
import { type RoleDocument, roleKey } from '../../../identity/iam-documents.js';
import { newUniqueId, type RandomBytes } from '../../../identity/unique-id.js';
import type { CallState, Handler } from '../../service.js';
import { forgetAttachments, noteAttachment } from '../policies/attachments.js';
import { findAwsManagedPolicy } from '../policies/aws-managed-policies.js';
import { openEntity } from '../shared/entity.js';
import { invalidInput, noSuchEntity } from '../shared/iam-error.js';
import { descriptionRule, InputRules, longNameRule, verifyName } from '../shared/input-rules.js';
import { verifyRoom } from './create-role.js';
import { createdRole } from './role-answer.js';
import { isServiceLinked, serviceRolePath, sessionDurationDefaultSec } from './role-rules.js';

interface LinkedService {
  readonly roleName: string;
  readonly policyArn: string;
}

const policyPrefix = 'arn:aws:iam::aws:policy/aws-service-role/';

/**
 * Services that are here and that have such a role. Sources: CloudTrail User Guide, "Using service-linked roles for
 * CloudTrail"; Organizations User Guide, "Using AWS Organizations with other AWS services".
 */
const linkedServices: ReadonlyMap<string, LinkedService> = new Map([
  [
    'cloudtrail.amazonaws.com',
    { roleName: 'AWSServiceRoleForCloudTrail', policyArn: `${policyPrefix}CloudTrailServiceRolePolicy` },
  ],
  [
    'organizations.amazonaws.com',
    {
      roleName: 'AWSServiceRoleForOrganizations',
      policyArn: `${policyPrefix}AWSOrganizationsServiceTrustPolicy`,
    },
  ],
]);

/** What a service's role is called; undefined for services that have none here. */
export function linkedRoleName(service: string): string | undefined {
  return linkedServices.get(service)?.roleName;
}

export function createServiceLinkedRoleHandler(
  randomBytes: RandomBytes,
): Handler<CreateServiceLinkedRoleRequest, CreateServiceLinkedRoleResponse> {
  return (input, { state, accountId, receivedAtMs }) => {
    const service = input.AWSServiceName ?? '';
    const { roleName } = openService(input);
    if (state.get(roleKey(accountId, roleName)) !== undefined)
      throw invalidInput(
        `Service role name ${roleName} has been taken in this account, please try a different suffix.`,
      );
    const role = makeServiceLinkedRole(state, accountId, service, {
      description: input.Description ?? '',
      createdAtMs: receivedAtMs,
      randomBytes,
    });
    return { Role: createdRole(role, state) };
  };
}

function openService({ AWSServiceName = '', Description, CustomSuffix }: CreateServiceLinkedRoleRequest) {
  verifyName('aWSServiceName', AWSServiceName, longNameRule);
  new InputRules().text('description', Description, descriptionRule).verify();
  const service = linkedServices.get(AWSServiceName);
  if (service === undefined)
    throw invalidInput(`The service principal ${AWSServiceName} does not support service-linked roles.`);
  if (CustomSuffix !== undefined) throw invalidInput(`Custom suffix is not allowed for ${AWSServiceName}`);
  return service;
}

export interface NewServiceLinkedRole {
  readonly description: string;
  readonly createdAtMs: number;
  readonly randomBytes: RandomBytes;
}

/**
 * Puts a service's role into the account, for services that make theirs by themselves.
 * @param service `cloudtrail.amazonaws.com`
 */
function makeServiceLinkedRole(
  state: CallState,
  accountId: string,
  service: string,
  { description, createdAtMs, randomBytes }: NewServiceLinkedRole,
): RoleDocument {
  const { roleName, policyArn } = linkedServices.get(service) as LinkedService;
  verifyRoom(state, accountId, roleName);
  const policy = findAwsManagedPolicy(policyArn);
  const role: RoleDocument = {
    accountId,
    roleName,
    roleId: newUniqueId('AROA', randomBytes),
    path: `${serviceRolePath}${service}/`,
    createdAtMs,
    trustPolicy: `{"Version": "2012-10-17", "Statement": [{"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": ["${service}"]}}]}`,
    description,
    maxSessionDurationSec: sessionDurationDefaultSec,
    tags: {},
    inlinePolicies: {},
    attachedPolicyArns: policy === undefined ? [] : [policy.arn],
  };
  state.put(roleKey(accountId, roleName), role);
  if (policy !== undefined)
    noteAttachment(state, accountId, policy, 'policy', { kind: 'role', name: roleName });
  return role;
}

/** The role is gone at once; the task's id says by itself what became of it. */
export function deleteServiceLinkedRoleHandler(
  randomBytes: RandomBytes,
): Handler<DeleteServiceLinkedRoleRequest, DeleteServiceLinkedRoleResponse> {
  return (input, { state, accountId }) => {
    const { key, name, document } = openEntity(state, accountId, 'role', input.RoleName ?? '');
    if (!isServiceLinked(document))
      throw noSuchEntity(`The role with name ${name} is not a service-linked role.`);
    forgetAttachments(state, accountId, { kind: 'role', name }, document);
    state.delete(key);
    return { DeletionTaskId: `task${document.path}${name}/${newUuid(randomBytes)}` };
  };
}

/** Version 4. */
function newUuid(randomBytes: RandomBytes): string {
  const hex = Buffer.from(randomBytes(16)).toString('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}

const taskForm = /^task\/aws-service-role\/([\w+=,.@-]{1,128})\/([\w+=,.@-]{1,64})\/[0-9a-f-]{36}$/;

/** Deletions are done when they are answered, so whatever task there is has succeeded. */
export const getServiceLinkedRoleDeletionStatus: Handler<
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse
> = (input) => {
  const taskId = input.DeletionTaskId ?? '';
  new InputRules().text('deletionTaskId', taskId, { min: 1, max: 1000 }).verify();
  const [, service, roleName] = taskForm.exec(taskId) ?? [];
  if (service === undefined) throw invalidInput(`The deletion task ID ${taskId.slice(0, 256)} is not valid.`);
  if (linkedServices.get(service)?.roleName !== roleName)
    throw noSuchEntity(`Deletion task ${taskId} cannot be found.`);
  return { Status: 'SUCCEEDED' };
};
