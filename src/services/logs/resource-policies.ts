// SPDX-License-Identifier: Apache-2.0
import type {
  DeleteResourcePolicyRequest,
  DescribeResourcePoliciesRequest,
  DescribeResourcePoliciesResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
  ResourcePolicy,
} from '@aws-sdk/client-cloudwatch-logs';
import { MalformedPolicyError } from '../../identity/policy/malformed-policy-error.js';
import { parsePolicy } from '../../identity/policy/parse-policy.js';
import { type LogResourcePolicyDocument, logResourcePoliciesOf } from '../../log-groups/resource-policy.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { checkLengthMax, checkLimit } from './check-members.js';
import { decodeToken, encodeToken } from './list-token.js';
import { brokenConstraint, invalidParameter } from './logs-errors.js';

/** Source: CloudWatch Logs API Reference, "PutResourcePolicy". */
const policiesMax = 10;
const documentLengthMax = 51_200;
const nameLengthMax = 500;
const limitMax = 50;

function policiesOf({ accountId, region }: Call): string {
  return logResourcePoliciesOf(accountId, region);
}

function checkName(name: string | undefined): string {
  if (name === undefined || name === '') throw invalidParameter('The policy name is required.');
  checkLengthMax(name, 'policyName', nameLengthMax);
  return name;
}

function refuseScope(input: { readonly resourceArn?: string | undefined }): void {
  if (input.resourceArn === undefined) return;
  const message = 'Resource policies of single log groups (resourceArn) are not implemented by Cairn yet.';
  throw new WireError('NotImplemented', message, { status: 501 });
}

export const putResourcePolicy: Handler<PutResourcePolicyRequest, PutResourcePolicyResponse> = (
  input,
  call,
) => {
  refuseScope(input);
  const name = checkName(input.policyName);
  const document = checkDocument(input.policyDocument);
  const key = policiesOf(call) + name;
  const others = call.state.list(policiesOf(call)).filter((entry) => entry.key !== key);
  if (others.length >= policiesMax) throw new WireError('LimitExceededException', 'Resource limit exceeded.');
  const policy: LogResourcePolicyDocument = { name, document, updatedAtMs: call.receivedAtMs };
  call.state.put(key, policy);
  return { resourcePolicy: toPolicy(policy) };
};

function checkDocument(document: string | undefined): string {
  if (document === undefined || document === '')
    throw brokenConstraint(
      'policyDocument',
      document ?? null,
      'Member must have length greater than or equal to 1',
    );
  checkLengthMax(document, 'policyDocument', documentLengthMax);
  try {
    parsePolicy(document.trim(), 'resource');
    return document;
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    throw invalidParameter('The policy document is not valid.');
  }
}

export const describeResourcePolicies: Handler<
  DescribeResourcePoliciesRequest,
  DescribeResourcePoliciesResponse
> = (input, call) => {
  refuseScope(input);
  const limit = checkLimit(input.limit, limitMax);
  const token = input.nextToken === undefined ? undefined : decodeToken('policies', input.nextToken, 1)[0];
  const after = token === undefined ? {} : { after: policiesOf(call) + token };
  const found =
    input.policyScope === 'RESOURCE'
      ? []
      : call.state.list<LogResourcePolicyDocument>(policiesOf(call), { ...after, limit: limit + 1 });
  const policies = found.slice(0, limit).map(({ value }) => value);
  return {
    resourcePolicies: policies.map(toPolicy),
    ...(found.length > limit ? { nextToken: encodeToken('policies', [policies.at(-1)?.name ?? '']) } : {}),
  };
};

export const deleteResourcePolicy: Handler<DeleteResourcePolicyRequest> = (input, call) => {
  refuseScope(input);
  const name = checkName(input.policyName);
  const key = policiesOf(call) + name;
  if (call.state.get(key) === undefined)
    throw new WireError('ResourceNotFoundException', `Policy with name [${name}] does not exist`);
  call.state.delete(key);
  return {};
};

function toPolicy({ name, document, updatedAtMs }: LogResourcePolicyDocument): ResourcePolicy {
  return { policyName: name, policyDocument: document, lastUpdatedTime: updatedAtMs };
}
