// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
//
// Oracle: @cloud-copilot/iam-simulate, an independent implementation of the evaluation logic, on generated questions. Where
// it and the documentation part ways, the question is left out here by `isDisputed`, which says by which page.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anonymousPrincipal, runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import type { AccessQuestion } from '../access.js';
import type { Principal } from '../principal.js';
import { decideAccess } from './decide-access.js';
import { toMatchRequest } from './match-request.js';
import { parsePolicy } from './parse-policy.js';
import {
  accountId,
  type Fields,
  federated,
  otherAccountId,
  role,
  rootArn,
  sessionArn,
  user,
} from './testing/policy-scene.js';

const seed = 20_261_121;
const questionsPerSuite = 1_500;

interface Documents {
  readonly identity: readonly Fields[];
  readonly boundary: readonly Fields[] | undefined;
  readonly session: readonly Fields[] | undefined;
  readonly serviceControl: readonly (readonly Fields[])[];
  readonly resource: readonly Fields[] | undefined;
}

interface Case extends Documents {
  readonly who: keyof typeof callers;
  readonly action: string;
  readonly resourceArn: string;
  readonly isForeign: boolean;
  readonly context: Readonly<Record<string, string | string[] | undefined>>;
}

const federatedArn = `arn:aws:sts::${accountId}:federated-user/${user.userName}`;
const service: Principal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };
const anonymous: Principal = { kind: 'anonymous' };
const callers = {
  user: [user, user.arn],
  role: [role, sessionArn],
  // Who federated whom is read from the name there.
  federated: [{ ...federated, name: user.userName }, federatedArn],
  service: [service, 'cloudtrail.amazonaws.com'],
  anonymous: [anonymous, anonymousPrincipal],
} as const;

const document = (statements: readonly Fields[]) => ({ Version: '2012-10-17', Statement: statements });
const compiled = (statements: readonly Fields[], kind: 'identity' | 'resource') =>
  parsePolicy(JSON.stringify(document(statements)), kind, { isStored: true });

function toQuestion(one: Case): AccessQuestion {
  const named = (statements: readonly Fields[], index = 0) => ({
    name: String(index),
    policy: compiled(statements, 'identity'),
  });
  return {
    principal: callers[one.who][0],
    policies: {
      identity: one.identity.map((statement, index) => named([statement], index)),
      ...(one.boundary === undefined ? {} : { boundary: named(one.boundary) }),
      ...(one.session === undefined ? {} : { session: [named(one.session)] }),
      serviceControl: one.serviceControl.map((level) => [named(level)]),
    },
    action: one.action,
    resource: one.resourceArn,
    resourceAccountId: one.isForeign ? otherAccountId : accountId,
    context: one.context,
    ...(one.resource === undefined ? {} : { resourcePolicy: compiled(one.resource, 'resource') }),
    ...(one.action.startsWith('kms:') ? { resourcePolicyIs: 'required' as const } : {}),
  };
}

function toSimulation(one: Case, question: AccessQuestion): Simulation {
  const policies = (list: readonly (readonly Fields[])[]) =>
    list.map((statements, index) => ({ name: String(index), policy: document(statements) }));
  return {
    request: {
      principal: callers[one.who][1],
      action: one.action,
      resource: { resource: one.resourceArn, accountId: one.isForeign ? otherAccountId : accountId },
      contextVariables: contextOf(question),
    },
    identityPolicies: policies(one.identity.map((statement) => [statement])),
    serviceControlPolicies: one.serviceControl.map((level, index) => ({
      orgIdentifier: String(index),
      policies: policies([level]),
    })),
    resourceControlPolicies: [],
    ...(one.session === undefined ? {} : { sessionPolicy: document(one.session) }),
    ...(one.boundary === undefined ? {} : { permissionBoundaryPolicies: policies([one.boundary]) }),
    ...(one.resource === undefined ? {} : { resourcePolicy: document(one.resource) }),
  };
}

function contextOf(question: AccessQuestion): Record<string, string | string[]> {
  const entries = toMatchRequest(question).context.entries();
  return Object.fromEntries(
    entries.map(([key, values]) => [key, values.length === 1 ? (values[0] as string) : [...values]]),
  );
}

function ours(question: AccessQuestion): string {
  const decision = decideAccess(question);
  if (decision.isAllowed) return 'Allowed';
  return decision.effect === 'explicit' ? 'ExplicitlyDenied' : 'ImplicitlyDenied';
}

const asked = [
  ...['s3:GetObject', 's3:PutObject'].flatMap((action) =>
    ['arn:aws:s3:::bucket/a/b', 'arn:aws:s3:::bucket/jane/x'].map((resourceArn) => ({ action, resourceArn })),
  ),
  { action: 'sqs:SendMessage', resourceArn: `arn:aws:sqs:us-east-1:${accountId}:queue` },
];

const element = (name: string, values: readonly (string | readonly string[])[], maybeNot = true) =>
  fc
    .tuple(fc.constantFrom(...values), maybeNot ? fc.integer({ min: 0, max: 4 }) : fc.constant(1))
    .map(([value, not]): Fields => ({ [not === 0 ? `Not${name}` : name]: value }));
const action = element('Action', [
  '*',
  's3:*',
  's3:Get*',
  'S3:getobject',
  ['sqs:SendMessage', 's3:PutObject', 'kms:*'],
  's3:?etObject',
  'kms:Decrypt',
]);
const resource = element('Resource', [
  '*',
  'arn:aws:s3:::bucket/*',
  'arn:aws:s3:::bucket/a/b',
  ['arn:aws:s3:::bucket/jane/*', `arn:aws:sqs:*:${accountId}:*`],
  'arn:aws:s3:::bucket/${aws:username}/*',
  "arn:aws:s3:::bucket/${aws:username, 'a'}/*",
]);
const conditions: readonly Fields[] = [
  { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
  { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } },
  { StringEqualsIgnoreCase: { 'aws:RequestedRegion': 'US-EAST-1' } },
  { StringNotEqualsIgnoreCase: { 'aws:RequestedRegion': 'US-EAST-1' } },
  { StringLike: { 'aws:RequestedRegion': 'us-*' } },
  { StringNotLike: { 'aws:RequestedRegion': ['us-*', 'eu-?est-1'] } },
  { StringEqualsIfExists: { 'aws:RequestedRegion': 'us-east-1' } },
  { StringNotEqualsIfExists: { 'aws:RequestedRegion': 'us-east-1' } },
  { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'cost'] } },
  { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team', 'cost'] } },
  { 'ForAnyValue:StringLike': { 'aws:TagKeys': 't*' } },
  { 'ForAllValues:StringLike': { 'aws:TagKeys': 't*' } },
  { NumericLessThan: { 'aws:MultiFactorAuthAge': '10' } },
  { NumericGreaterThanEquals: { 'aws:MultiFactorAuthAge': '10' } },
  { NumericNotEquals: { 'aws:MultiFactorAuthAge': '10' } },
  { NumericLessThanEqualsIfExists: { 'aws:MultiFactorAuthAge': '10' } },
  { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
  { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
  { DateLessThanEquals: { 'aws:EpochTime': '1767225600' } },
  { Bool: { 'aws:SecureTransport': 'true' } },
  { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } },
  { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '2001:db8::/32'] } },
  { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
  { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::*:user/*` } },
  { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${accountId}:role/*` } },
  { ArnEquals: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:*:trail/*' } },
  { Null: { 'aws:SourceArn': 'true' } },
  { Null: { 'aws:RequestedRegion': 'false' } },
  { StringEquals: { 'aws:PrincipalAccount': accountId }, Bool: { 'aws:SecureTransport': 'true' } },
];
const condition = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fields>({}) },
  { weight: 2, arbitrary: fc.constantFrom(...conditions).map((Condition): Fields => ({ Condition })) },
);
const effect = (denies: number) =>
  fc.integer({ min: 0, max: 9 }).map((n): Fields => ({ Effect: n < denies ? 'Deny' : 'Allow' }));
const merged = (...parts: fc.Arbitrary<Fields>[]): fc.Arbitrary<Fields> =>
  fc.tuple(...parts).map((list) => Object.assign({}, ...list) as Fields);

const statement = merged(effect(2), action, resource, condition);
const statements = (maxLength: number) => fc.array(statement, { minLength: 1, maxLength });
const limitedPrincipals = [
  { AWS: user.arn },
  { AWS: role.roleArn },
  { AWS: accountId },
  { AWS: rootArn },
  { AWS: [otherAccountId, user.arn] },
  { AWS: `arn:aws:iam::${accountId}:user/joe` },
];
const principals = [
  '*',
  { AWS: sessionArn },
  { AWS: federatedArn },
  { Service: 'cloudtrail.amazonaws.com' },
  ...limitedPrincipals,
];
const statementFor = (values: readonly unknown[]) =>
  merged(
    effect(2),
    fc.constantFrom(...values).map((Principal): Fields => ({ Principal })),
    action,
    resource,
    condition,
  );
const resourceStatements = (maxLength: number) =>
  fc.array(statementFor(principals), { minLength: 1, maxLength });

const context = fc.record({
  'aws:RequestedRegion': fc.constantFrom(undefined, 'us-east-1', 'eu-west-1', 'ap-south-1'),
  'aws:TagKeys': fc.constantFrom(undefined, ['team'], ['team', 'cost'], ['team', 'other'], ['x']),
  'aws:MultiFactorAuthAge': fc.constantFrom(undefined, '5', '10', '11'),
  'aws:CurrentTime': fc.constantFrom('2025-06-01T00:00:00Z', '2026-11-21T10:00:00Z'),
  'aws:EpochTime': fc.constantFrom('1748736000', '1795255200'),
  'aws:SecureTransport': fc.constantFrom('true', 'false'),
  'aws:MultiFactorAuthPresent': fc.constant(undefined),
  'aws:SourceIp': fc.constantFrom(undefined, '192.0.2.7', '198.51.100.1', '2001:db8::1'),
  'aws:SourceArn': fc.constantFrom(undefined, `arn:aws:cloudtrail:us-east-1:${accountId}:trail/t`),
});

const keys = [{ action: 'kms:Decrypt', resourceArn: `arn:aws:kms:us-east-1:${accountId}:key/k` }];

const cases = (
  who: readonly (keyof typeof callers)[],
  parts: { [K in keyof Documents]: fc.Arbitrary<Documents[K]> },
  needs: readonly Pick<Case, 'action' | 'resourceArn'>[] = asked,
) =>
  fc
    .record({
      who: fc.constantFrom(...who),
      need: fc.constantFrom(...needs),
      isForeign: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
      context,
      ...parts,
    })
    .map(({ need, ...rest }): Case => ({ ...rest, ...need }) as Case);

const none = fc.constant(undefined);
const maybe = (arbitrary: fc.Arbitrary<readonly Fields[]>) => fc.option(arbitrary, { nil: undefined });
const noScp = fc.constant<readonly Fields[][]>([]);

function isDisputed(one: Case): boolean {
  return hasUnresolvedException(one) || isOpenToSessions(one);
}

/**
 * A resource that is open to everybody or to the very session, for a session with policies: "How AWS enforcement code logic
 * evaluates requests", IAM role and IAM role session: what is granted so is limited neither by boundaries nor by session
 * policies. There session policies limit it.
 */
function isOpenToSessions({ session, resource = [] }: Case): boolean {
  const isDirect = (principal: unknown) =>
    principal === '*' || (principal as { AWS?: unknown } | undefined)?.AWS === sessionArn;
  return (
    session !== undefined &&
    resource.some(({ Effect, Principal }) => Effect === 'Allow' && isDirect(Principal))
  );
}

/**
 * NotResource with a variable that the request has no value for: "IAM policy elements: Variables and tags" leaves open what it
 * means. Here it refuses, whether the statement allows or denies; there an Allow holds.
 */
function hasUnresolvedException(one: Case): boolean {
  return (
    one.who !== 'user' &&
    JSON.stringify(one).includes('"NotResource":"arn:aws:s3:::bucket/${aws:username}/*"')
  );
}

/** Both verdicts for every generated question; what is disputed by a page is left out and counted. */
async function compare(arbitrary: fc.Arbitrary<Case>): Promise<void> {
  const verdicts = new Set<string>();
  let disputed = 0;
  for (const one of fc.sample(arbitrary, { numRuns: questionsPerSuite, seed })) {
    if (isDisputed(one)) {
      disputed += 1;
      continue;
    }
    const question = toQuestion(one);
    const answer = await runSimulation(toSimulation(one, question), {});
    const what = `seed ${seed}: ${JSON.stringify(one)}`;
    assert.equal(answer.resultType, 'single', `${JSON.stringify(answer)} ${what}`);
    const theirs = answer.resultType === 'single' ? answer.overallResult : '';
    verdicts.add(theirs);
    assert.equal(ours(question), theirs, what);
  }
  // A comparison in which nothing is ever allowed, or nothing refused, would prove little.
  assert.equal(verdicts.size, 3);
  assert.ok(disputed < questionsPerSuite / 2, `${disputed} of ${questionsPerSuite} are disputed`);
}

describe('agrees with iam-simulate', () => {
  test('identity policies', async () => {
    await compare(
      cases(['user', 'role'], {
        identity: statements(5),
        boundary: none,
        session: none,
        serviceControl: noScp,
        resource: none,
      }),
    );
  });
  test('identity policies, boundaries, session policies, SCPs', async () => {
    await compare(
      cases(['user', 'role'], {
        identity: statements(4),
        boundary: maybe(statements(3)),
        session: none,
        serviceControl: fc.array(statements(2), { maxLength: 2 }),
        resource: none,
      }),
    );
  });
  test('resource policies of all principals', async () => {
    await compare(
      cases(['user', 'role', 'federated', 'service', 'anonymous'], {
        identity: fc.constant([]),
        boundary: none,
        session: none,
        serviceControl: noScp,
        resource: resourceStatements(4),
      }),
    );
  });
  test('everything together', async () => {
    await compare(
      cases(['user', 'role'], {
        identity: statements(4),
        boundary: maybe(statements(3)),
        session: none,
        serviceControl: fc.array(statements(2), { maxLength: 2 }),
        resource: maybe(resourceStatements(3)),
      }),
    );
  });
  test('keys, whose policy has to allow', async () => {
    await compare(
      cases(
        ['user', 'role'],
        {
          identity: statements(3),
          boundary: maybe(statements(3)),
          session: none,
          serviceControl: noScp,
          resource: resourceStatements(3),
        },
        keys,
      ),
    );
  });
  test('session policies', async () => {
    await compare(
      cases(['role'], {
        identity: statements(4),
        boundary: maybe(statements(3)),
        session: statements(3),
        serviceControl: noScp,
        resource: maybe(fc.array(statementFor([...limitedPrincipals, '*']), { minLength: 1, maxLength: 3 })),
      }),
    );
  });
});
