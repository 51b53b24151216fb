// SPDX-License-Identifier: Apache-2.0
//
// Oracle: laws that hold for every policy. Source of each: IAM User Guide, "Policy evaluation logic": an explicit Deny overrides
// every Allow; boundaries, session policies and SCPs only take away; an Allow never takes away.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AccessQuestion, NamedPolicy, PrincipalPolicies } from '../access.js';
import { decideAccess } from './decide-access.js';
import type { Statement } from './policy.js';
import {
  accountId,
  type Fields,
  federated,
  otherAccountId,
  policyOf,
  role,
  root,
  rootArn,
  sessionArn,
  user,
} from './testing/policy-scene.js';

const element = (name: string, values: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...values), fc.nat(7))
    .map(([value, n]): Fields => ({ [n === 0 ? `Not${name}` : name]: value }));
const conditions: readonly Fields[] = [
  {},
  {},
  { Condition: { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } } },
  { Condition: { 'ForAllValues:StringLike': { 'aws:TagKeys': 't*' } } },
  { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
];
const statement = (Effect: 'Allow' | 'Deny') =>
  fc
    .tuple(
      element('Action', ['*', '*', 's3:*', 's3:Get*', 'kms:*']),
      element('Resource', ['*', '*', 'arn:aws:s3:::bucket/*', 'arn:aws:s3:::other/*']),
      fc.constantFrom(...conditions),
    )
    .map((parts): Fields => Object.assign({ Effect }, ...parts) as Fields);
const forSomebody = (Effect: 'Allow' | 'Deny') =>
  fc
    .tuple(
      statement(Effect),
      fc.constantFrom<unknown>(
        '*',
        { AWS: rootArn },
        { AWS: user.arn },
        { AWS: role.roleArn },
        { AWS: sessionArn },
      ),
      fc.boolean(),
    )
    .map(
      ([rest, principal, isNot]): Fields => ({
        ...rest,
        [isNot && Effect === 'Deny' ? 'NotPrincipal' : 'Principal']: principal,
      }),
    );

const toPolicy = (statements: readonly Fields[]): NamedPolicy => ({
  name: 'p',
  policy: policyOf('identity', ...statements),
});
const anyStatement = fc.oneof(
  { weight: 9, arbitrary: statement('Allow') },
  { weight: 1, arbitrary: statement('Deny') },
);
const policy = fc.array(anyStatement, { minLength: 1, maxLength: 3 }).map(toPolicy);
const policies: fc.Arbitrary<PrincipalPolicies> = fc
  .record({
    identity: fc.array(policy, { maxLength: 3 }),
    boundary: fc.option(policy, { nil: undefined }),
    session: fc.option(fc.array(policy, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    serviceControl: fc.array(fc.array(policy, { minLength: 1, maxLength: 2 }), { maxLength: 1 }),
  })
  .map(({ boundary, session, ...rest }) => ({
    ...rest,
    ...(boundary === undefined ? {} : { boundary }),
    ...(session === undefined ? {} : { session }),
  }));
const resourcePolicy = fc.option(
  fc
    .array(
      fc.oneof({ weight: 5, arbitrary: forSomebody('Allow') }, { weight: 1, arbitrary: forSomebody('Deny') }),
      { minLength: 1, maxLength: 3 },
    )
    .map((statements) => policyOf('resource', ...statements)),
  { nil: undefined },
);
const question: fc.Arbitrary<AccessQuestion> = fc
  .record({
    principal: fc.constantFrom(user, role, federated, root),
    policies,
    action: fc.constantFrom('s3:GetObject', 's3:PutObject', 'kms:Decrypt'),
    resource: fc.constantFrom('arn:aws:s3:::bucket/a', 'arn:aws:s3:::other/a'),
    resourceAccountId: fc.constantFrom(accountId, accountId, otherAccountId),
    resourcePolicyIs: fc.constantFrom('sufficient' as const, 'sufficient' as const, 'required' as const),
    context: fc.record({
      'aws:RequestedRegion': fc.constantFrom(undefined, 'us-east-1', 'eu-west-1'),
      'aws:TagKeys': fc.constantFrom(undefined, ['team'], ['x']),
      'aws:SecureTransport': fc.constantFrom('true', 'false'),
    }),
    resourcePolicy,
  })
  .map(({ resourcePolicy: onResource, ...rest }) => ({
    ...rest,
    ...(onResource === undefined ? {} : { resourcePolicy: onResource }),
  }));

const isAllowed = (asked: AccessQuestion) => decideAccess(asked).isAllowed;
const withPolicies = (asked: AccessQuestion, changed: Partial<PrincipalPolicies>): AccessQuestion => ({
  ...asked,
  policies: { ...asked.policies, ...changed },
});

/** Runs are many because most questions are refused from the start; it is counted that enough were not. */
function check<Change>(
  change: fc.Arbitrary<Change>,
  apply: (asked: AccessQuestion, change: Change) => AccessQuestion,
): void {
  let allowedBefore = 0;
  fc.assert(
    fc.property(question, change, (asked, changed) => {
      const before = isAllowed(asked);
      if (before) allowedBefore += 1;
      else assert.equal(isAllowed(apply(asked, changed)), false);
    }),
    { numRuns: 1_000, verbose: 1 },
  );
  assert.ok(allowedBefore > 50, `only ${allowedBefore} were allowed`);
}

describe('never allows more', () => {
  test('a further Deny in an identity policy', () => {
    check(statement('Deny'), (asked, deny) =>
      withPolicies(asked, { identity: [...asked.policies.identity, toPolicy([deny])] }),
    );
  });
  test('a further Deny in the resource policy', () => {
    check(forSomebody('Deny'), (asked, deny) => {
      const before = asked.resourcePolicy;
      const added = policyOf('resource', deny);
      const statements = before === undefined || before === 'unreadable' ? [] : before.statements;
      return { ...asked, resourcePolicy: { ...added, statements: [...statements, ...added.statements] } };
    });
  });
  test('a further Deny in boundary, session policy or SCP', () => {
    check(statement('Deny'), (asked, deny) => {
      const { boundary, session, serviceControl } = asked.policies;
      const further = toPolicy([deny]);
      const bounded = boundary === undefined || boundary === 'missing' ? boundary : joined(boundary, further);
      return withPolicies(asked, {
        ...(bounded === undefined ? {} : { boundary: bounded }),
        ...(session === undefined ? {} : { session: [...session, further] }),
        serviceControl: serviceControl.map((level) => [...level, further]),
      });
    });
  });
  test('a boundary', () => {
    check(policy, (asked, boundary) =>
      asked.policies.boundary === undefined ? withPolicies(asked, { boundary }) : asked,
    );
  });
  test('session policies', () => {
    check(policy, (asked, one) =>
      asked.policies.session === undefined ? withPolicies(asked, { session: [one] }) : asked,
    );
  });
  test('a level of SCPs', () => {
    check(policy, (asked, one) =>
      withPolicies(asked, { serviceControl: [...asked.policies.serviceControl, [one]] }),
    );
  });
  test('an Allow less', () => {
    check(fc.nat(3), (asked, at) =>
      withPolicies(asked, {
        identity: asked.policies.identity.map(({ policy: one, ...rest }) => ({
          ...rest,
          policy: { ...one, statements: one.statements.filter(keepsBut(at)) },
        })),
      }),
    );
  });
});

const keepsBut =
  (at: number) =>
  ({ effect, index }: Statement): boolean =>
    effect === 'Deny' || index !== at;

function joined(one: NamedPolicy, other: NamedPolicy): NamedPolicy {
  const statements = [...one.policy.statements, ...other.policy.statements];
  return { ...one, policy: { ...one.policy, statements } };
}

test('neither order nor spread over several policies matters', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const { identity } = asked.policies;
      const apart = identity
        .flatMap(({ policy: one }) => one.statements.map((single) => ({ ...one, statements: [single] })))
        .toReversed()
        .map((one, index) => ({ name: String(index), policy: one }));
      assert.equal(isAllowed(withPolicies(asked, { identity: apart })), isAllowed(asked));
    }),
    { numRuns: 500, verbose: 1 },
  );
});
