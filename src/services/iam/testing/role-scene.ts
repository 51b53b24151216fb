// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  type GroupDocument,
  groupKey,
  groupMemberKey,
  type UserDocument,
  userKey,
} from '../../../identity/iam-documents.js';
import { WireError } from '../../../wire/wire-error.js';
import { fakeCall, MemoryCallState, testAccountId } from '../../testing/call.js';
import { roleAndPolicyHandlers } from '../role-and-policy-handlers.js';

type Output = Readonly<Record<string, unknown>>;

export const trustAccount = (principal: object = { AWS: testAccountId }): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });

export const allow = (
  action: string | string[],
  resource: string | string[] = '*',
  more: object = {},
): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource, ...more }],
  });

export const policyArnOf = (name: string, path = '/'): string =>
  `arn:aws:iam::${testAccountId}:policy${path}${name}`;

/** One account's IAM, with handlers over a state in memory. */
export class RoleScene {
  readonly state = new MemoryCallState();
  readonly #handlers = roleAndPolicyHandlers(randomBytes);
  nowMs = Date.UTC(2026, 10, 21, 10, 0, 0);

  /** Answers of one operation. */
  async run(operation: string, input: object = {}, accountId = testAccountId): Promise<Output> {
    const handler = this.#handlers[operation];
    assert.ok(handler, operation);
    const call = fakeCall({ state: this.state, accountId, receivedAtMs: this.nowMs });
    return (await handler(input, call)) as Output;
  }

  /** The error of an operation that is refused, as `Code: message`. */
  async refusal(operation: string, input: object = {}): Promise<string> {
    try {
      await this.run(operation, input);
    } catch (error) {
      if (error instanceof WireError) return `${error.code.replace(/Exception$/, '')}: ${error.message}`;
      throw error;
    }
    assert.fail(`${operation} was not refused`);
  }

  async createRole(roleName: string, more: object = {}): Promise<Output> {
    const { Role } = await this.run('CreateRole', {
      RoleName: roleName,
      AssumeRolePolicyDocument: trustAccount(),
      ...more,
    });
    return Role as Output;
  }

  async createPolicy(policyName: string, more: object = {}): Promise<Output> {
    const { Policy } = await this.run('CreatePolicy', {
      PolicyName: policyName,
      PolicyDocument: allow('s3:GetObject'),
      ...more,
    });
    return Policy as Output;
  }

  putUser(userName: string, more: Partial<UserDocument> = {}): UserDocument {
    const user: UserDocument = {
      accountId: testAccountId,
      userName,
      userId: `AIDA${userName.toUpperCase().padEnd(17, 'A')}`,
      path: '/',
      createdAtMs: this.nowMs,
      tags: {},
      groupNames: [],
      accessKeyIds: [],
      mfaSerials: [],
      inlinePolicies: {},
      attachedPolicyArns: [],
      ...more,
    };
    this.state.put(userKey(testAccountId, userName), user);
    for (const groupName of user.groupNames)
      this.state.put(groupMemberKey(testAccountId, groupName, userName), {});
    return user;
  }

  putGroup(groupName: string, more: Partial<GroupDocument> = {}): GroupDocument {
    const group: GroupDocument = {
      accountId: testAccountId,
      groupName,
      groupId: `AGPA${groupName.toUpperCase().padEnd(17, 'A')}`,
      path: '/',
      createdAtMs: this.nowMs,
      inlinePolicies: {},
      attachedPolicyArns: [],
      ...more,
    };
    this.state.put(groupKey(testAccountId, groupName), group);
    return group;
  }
}
