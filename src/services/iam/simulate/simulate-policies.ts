// SPDX-License-Identifier: Apache-2.0
import type {
  SimulateCustomPolicyRequest,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import type { RoleDocument, UserDocument } from '../../../identity/iam-documents.js';
import type { SimulatedPolicy, Simulation } from '../../../identity/policy/simulate.js';
import type { AssumedRolePrincipal, Principal } from '../../../identity/principal.js';
import { principalPolicies } from '../../../identity/principal-policies.js';
import type { Call, Handler } from '../../service.js';
import { defaultDocument, findPolicy } from '../policies/find-policy.js';
import type { Entity } from '../shared/entity.js';
import { invalidInput } from '../shared/iam-error.js';
import { verifyPolicyInputs } from './get-context-keys.js';
import { type HangingPolicy, openEntityByArn, policiesOf } from './policies-of.js';
import { runSimulation } from './run-simulation.js';
import {
  callerByArn,
  contextOfEntries,
  type SimulationInput,
  userCaller,
  verifySimulationInput,
} from './simulation-input.js';

/** Of policies that are given, whoever might have them. */
export const simulateCustomPolicy: Handler<SimulateCustomPolicyRequest, SimulatePolicyResponse> = (
  input,
  call,
) => {
  verifySimulationInput(input);
  verifyPolicyInputs('policyInputList', input.PolicyInputList ?? []);
  const caller =
    input.CallerArn === undefined ? undefined : callerByArn(call.state, call.accountId, input.CallerArn);
  const simulation: Simulation = {
    identity: inputPolicies('PolicyInputList', input.PolicyInputList),
    ...givenPolicies(input, caller),
    ...(caller === undefined ? {} : { caller }),
    context: contextOfEntries(input.ContextEntries),
  };
  return runSimulation(simulation, input);
};

/** Of somebody's policies as they are, with those that are given beside them. */
export const simulatePrincipalPolicy: Handler<SimulatePrincipalPolicyRequest, SimulatePolicyResponse> = (
  input,
  call,
) => {
  const { state, accountId } = call;
  verifySimulationInput(input);
  const entity = openEntityByArn(state, accountId, 'policySourceArn', input.PolicySourceArn ?? '');
  verifyPolicyInputs('policyInputList', input.PolicyInputList ?? []);
  const whose = principalOf(entity, call);
  const caller = input.CallerArn === undefined ? whose : callerByArn(state, accountId, input.CallerArn);
  const policies = whose === undefined ? undefined : principalPolicies(whose, state);
  const boundary = attachedBoundary(entity, call);
  const simulation: Simulation = {
    identity: [
      ...policiesOf(state, accountId, entity).map(toSimulated),
      ...inputPolicies('PolicyInputList', input.PolicyInputList),
    ],
    ...(boundary === undefined ? {} : { boundary }),
    ...givenPolicies(input, caller),
    serviceControl: policies?.serviceControl ?? [],
    ...(caller === undefined ? {} : { caller }),
    context: { ...policies?.context, ...contextOfEntries(input.ContextEntries) },
  };
  return runSimulation(simulation, input);
};

function inputPolicies(member: string, documents: readonly string[] | undefined): SimulatedPolicy[] {
  return (documents ?? []).map((document, at) => ({ id: `${member}.${at + 1}`, type: 'none', document }));
}

/** A boundary and a resource's policy that are given. Throws ValidationError or InvalidInput. */
function givenPolicies(
  { PermissionsBoundaryPolicyInputList: boundaries, ResourcePolicy }: SimulationInput,
  caller: Principal | undefined,
): Pick<Simulation, 'boundary' | 'resourcePolicy'> {
  verifyPolicyInputs('permissionsBoundaryPolicyInputList', boundaries ?? []);
  if (ResourcePolicy !== undefined) {
    verifyPolicyInputs('resourcePolicy', [ResourcePolicy], 'resource');
    if (caller === undefined) throw invalidInput('CallerArn must be specified when a ResourcePolicy is.');
  }
  const [boundary] = inputPolicies('PermissionsBoundaryPolicyInputList', boundaries);
  return {
    ...(boundary === undefined ? {} : { boundary }),
    ...(ResourcePolicy === undefined
      ? {}
      : { resourcePolicy: { id: 'ResourcePolicy', type: 'resource', document: ResourcePolicy } }),
  };
}

function toSimulated({ name, arn, kind, text }: HangingPolicy): SimulatedPolicy {
  return { id: name, type: arn === undefined ? kind : ownerOf(arn), document: text };
}

function ownerOf(arn: string): 'aws-managed' | 'user-managed' {
  return arn.startsWith('arn:aws:iam::aws:') ? 'aws-managed' : 'user-managed';
}

function attachedBoundary({ document }: Entity, { state, accountId }: Call): SimulatedPolicy | undefined {
  const arn = 'permissionsBoundaryArn' in document ? document.permissionsBoundaryArn : undefined;
  const policy = arn === undefined ? undefined : findPolicy(state, accountId, arn);
  return policy === undefined
    ? undefined
    : { id: policy.policyName, type: ownerOf(policy.arn), document: defaultDocument(policy) };
}

/** Whoever calls with these policies: the user, or a session of the role; of a group nobody in particular. */
function principalOf({ kind, document, arn }: Entity, { receivedAtMs }: Call): Principal | undefined {
  if (kind === 'user') return userCaller(document as UserDocument);
  if (kind !== 'role') return undefined;
  const { accountId, roleName, roleId, maxSessionDurationSec } = document as RoleDocument;
  const session = {
    issuedAtMs: receivedAtMs,
    expiresAtMs: receivedAtMs + maxSessionDurationSec * 1000,
    tags: {},
    transitiveTagKeys: [],
    policies: [],
    policyArns: [],
  };
  const role: AssumedRolePrincipal = {
    kind: 'assumedRole',
    accountId,
    roleName,
    roleId,
    roleArn: arn,
    sessionName: 'simulation',
    accessKeyId: '',
    session,
  };
  return role;
}
