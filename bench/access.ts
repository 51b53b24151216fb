// SPDX-License-Identifier: Apache-2.0
// What a decision costs: a user with three groups, ten policies of four statements each, a boundary, two levels of SCPs and a
// bucket policy; everything collected from state for every question, as a call does. Beside it iam-simulate, which is given
// the documents themselves. Both must come to the same verdicts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { openLmdbStores } from '../src/adapters/event-log/lmdb/open-lmdb-stores.js';
import type { AccessNeed } from '../src/identity/access.js';
import {
  type GroupDocument,
  groupKey,
  managedPolicyKey,
  type UserDocument,
  userKey,
} from '../src/identity/iam-documents.js';
import {
  membershipKey,
  organizationKey,
  organizationPolicyKey,
  policyTargetKey,
} from '../src/identity/organization-documents.js';
import { decideAccess } from '../src/identity/policy/decide-access.js';
import { parseBucketPolicy } from '../src/identity/policy/parse-bucket-policy.js';
import type { UserPrincipal } from '../src/identity/principal.js';
import { principalPolicies } from '../src/identity/principal-policies.js';
import { systemClock } from '../src/ports/clock.js';
import { StateOverlay } from '../src/ports/state-overlay.js';
import type { StateStore } from '../src/ports/state-store.js';
import { printTable } from './print-table.js';

const accountId = '111122223333';
const cpuMsPerRun = 1_000;
const targetUs = 50;

const user: UserPrincipal = {
  kind: 'user',
  accountId,
  userName: 'jane',
  userId: 'AIDAJANE000000000001',
  arn: `arn:aws:iam::${accountId}:user/jane`,
  accessKeyId: 'AKIAJANE',
};

type Statement = Readonly<Record<string, unknown>>;
const policy = (...statements: readonly Statement[]) => ({ Version: '2012-10-17', Statement: statements });

/** Four statements: reads, writes, a denial, and something with conditions and a variable. */
function ownPolicy(index: number): ReturnType<typeof policy> {
  const bucket = `arn:aws:s3:::team-${index}`;
  return policy(
    { Sid: 'Reads', Effect: 'Allow', Action: ['s3:Get*', 's3:List*'], Resource: [bucket, `${bucket}/*`] },
    {
      Sid: 'Writes',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:DeleteObject', 'kms:GenerateDataKey'],
      Resource: `${bucket}/\${aws:username}/*`,
      Condition: { Bool: { 'aws:SecureTransport': 'true' } },
    },
    {
      Sid: 'Trail',
      Effect: 'Allow',
      Action: ['cloudtrail:LookupEvents', 'cloudtrail:DescribeTrails', 'logs:FilterLogEvents'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
    },
    {
      Sid: 'NotWithout',
      Effect: 'Deny',
      Action: ['s3:DeleteBucket', 's3:PutBucketPolicy'],
      Resource: '*',
      Condition: { NotIpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '198.51.100.0/24'] } },
    },
  );
}

const own = Array.from({ length: 10 }, (_, index) => ownPolicy(index));
const boundary = policy(
  { Effect: 'Allow', Action: ['s3:*', 'kms:*', 'logs:*', 'cloudtrail:*'], Resource: '*' },
  { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
);
const full = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
const guard = policy({
  Effect: 'Deny',
  NotAction: ['iam:*', 'sts:*', 's3:*', 'cloudtrail:*', 'kms:*', 'logs:*'],
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
});
const onBucket = policy(
  {
    Effect: 'Allow',
    Principal: { AWS: ['444455556666', '777788889999'] },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::team-9/*',
  },
  {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::team-9', 'arn:aws:s3:::team-9/*'],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  },
);

const context = {
  'aws:CurrentTime': '2026-11-21T10:00:00.000Z',
  'aws:EpochTime': '1795255200',
  'aws:SecureTransport': 'true',
  'aws:SourceIp': '192.0.2.7',
  'aws:UserAgent': 'aws-cli/2.31',
  'aws:RequestedRegion': 'us-east-1',
  'aws:ViaAWSService': 'false',
  'aws:ResourceAccount': accountId,
};

interface Question {
  readonly name: string;
  readonly action: string;
  readonly resource: string;
  readonly withBucketPolicy?: true;
}
const questions: readonly Question[] = [
  {
    name: 's3:GetObject, allowed',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::team-9/a/b',
    withBucketPolicy: true,
  },
  {
    name: 's3:PutObject, by variable',
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::team-9/jane/b',
    withBucketPolicy: true,
  },
  {
    name: 's3:GetObject, refused',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::team-x/a',
    withBucketPolicy: true,
  },
  { name: 'cloudtrail:LookupEvents', action: 'cloudtrail:LookupEvents', resource: '*' },
];

/** What one decision takes, with all that decides it collected anew. */
export async function benchAccess(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-bench-access-'));
  const stores = await openLmdbStores(dir, { clock: systemClock });
  try {
    const changes = Object.entries(documents()).map(([key, value]) => ({ key, value }));
    await stores.eventLog.append({ kind: 'call', records: [], changes });
    const rows: string[][] = [];
    for (const question of questions) rows.push(await measured(question, stores.stateStore));
    printTable(
      'One decision: 3 groups, 10 policies, 40 statements, a boundary, 2 levels of SCPs, a bucket policy',
      [
        'question',
        'µs collected and decided',
        'µs decided',
        `of ${targetUs} µs`,
        'iam-simulate: µs',
        'times',
      ],
      rows,
    );
  } finally {
    await stores.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function measured(question: Question, store: StateStore): Promise<string[]> {
  const need = toNeed(question);
  const whole = () => {
    const policies = principalPolicies(user, new StateOverlay(store));
    return decideAccess({ ...need, principal: user, policies }).isAllowed;
  };
  const collected = principalPolicies(user, new StateOverlay(store));
  const simulation = toSimulation(question);
  const theirs = await verdictThere(simulation);
  if (theirs !== whole()) throw new Error(`${question.name}: the verdicts differ`);
  const wholeUs = await microseconds(whole);
  const decidedUs = await microseconds(
    () => decideAccess({ ...need, principal: user, policies: collected }).isAllowed,
  );
  const thereUs = await microseconds(() => verdictThere(simulation));
  return [
    question.name,
    wholeUs.toFixed(1),
    decidedUs.toFixed(1),
    `${((100 * wholeUs) / targetUs).toFixed(0)} %`,
    thereUs.toFixed(0),
    `${(thereUs / wholeUs).toFixed(0)}x`,
  ];
}

/** Of processor time, so that neighbours on the machine do not count. */
async function microseconds(once: () => unknown): Promise<number> {
  for (let i = 0; i < 200; i++) await once();
  const startedMs = cpuMs();
  let rounds = 0;
  while (cpuMs() - startedMs < cpuMsPerRun) {
    for (let i = 0; i < 50; i++) {
      const result = once();
      if (result instanceof Promise) await result;
    }
    rounds += 50;
  }
  return ((cpuMs() - startedMs) * 1_000) / rounds;
}

function cpuMs(): number {
  const { user: inUser, system } = process.cpuUsage();
  return (inUser + system) / 1_000;
}

function toNeed({ action, resource, withBucketPolicy }: Question): AccessNeed {
  const policyText = JSON.stringify(onBucket);
  return {
    action,
    resource,
    context,
    ...(withBucketPolicy === undefined ? {} : { resourcePolicy: parseBucketPolicy(policyText, 'team-9') }),
  };
}

function toSimulation({ action, resource, withBucketPolicy }: Question): Simulation {
  return {
    request: {
      principal: user.arn,
      action,
      resource: { resource, accountId },
      contextVariables: { ...context, 'aws:username': 'jane', 'aws:PrincipalArn': user.arn },
    },
    identityPolicies: own.map((one, index) => ({ name: `p${index}`, policy: one })),
    serviceControlPolicies: [
      { orgIdentifier: 'r-1', policies: [{ name: 'full', policy: full }] },
      {
        orgIdentifier: accountId,
        policies: [
          { name: 'full', policy: full },
          { name: 'guard', policy: guard },
        ],
      },
    ],
    resourceControlPolicies: [],
    permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }],
    ...(withBucketPolicy === undefined ? {} : { resourcePolicy: onBucket }),
  };
}

async function verdictThere(simulation: Simulation): Promise<boolean> {
  const answer = await runSimulation(simulation, {});
  if (answer.resultType !== 'single') throw new Error(`iam-simulate: ${JSON.stringify(answer)}`);
  return answer.overallResult === 'Allowed';
}

/** Two policies inline, two managed, two with each group. */
function documents(): Record<string, unknown> {
  const texts = own.map((one) => JSON.stringify(one));
  const managedArn = (index: number) => `arn:aws:iam::${accountId}:policy/p${index}`;
  const managed = [2, 3, 4, 5, 6, 7, 8, 9];
  const userDocument: UserDocument = {
    accountId,
    userName: user.userName,
    userId: user.userId,
    path: '/',
    createdAtMs: 0,
    tags: { team: 'blue', cost: '1' },
    groupNames: ['a', 'b', 'c'],
    accessKeyIds: [],
    mfaSerials: [],
    inlinePolicies: { p0: texts[0] as string, p1: texts[1] as string },
    attachedPolicyArns: [managedArn(2), managedArn(3)],
    permissionsBoundaryArn: managedArn(100),
  };
  const group = (groupName: string, first: number): GroupDocument => ({
    accountId,
    groupName,
    groupId: `AGPA${groupName}`,
    path: '/',
    createdAtMs: 0,
    inlinePolicies: {},
    attachedPolicyArns: [managedArn(first), managedArn(first + 1)],
  });
  return {
    [userKey(accountId, 'jane')]: userDocument,
    [groupKey(accountId, 'a')]: group('a', 4),
    [groupKey(accountId, 'b')]: group('b', 6),
    [groupKey(accountId, 'c')]: group('c', 8),
    ...Object.fromEntries(
      managed.map((index) => [
        managedPolicyKey(accountId, `p${index}`),
        managedDocument(index, texts[index]),
      ]),
    ),
    [managedPolicyKey(accountId, 'p100')]: managedDocument(100, JSON.stringify(boundary)),
    ...organizationDocuments(),
  };
}

function managedDocument(index: number, document: string | undefined) {
  return {
    accountId,
    policyName: `p${index}`,
    policyId: `ANPA${index}`,
    path: '/',
    description: '',
    createdAtMs: 0,
    updatedAtMs: 0,
    tags: {},
    lastVersion: 1,
    defaultVersionId: 'v1',
    versions: [{ versionId: 'v1', document, createdAtMs: 0 }],
  };
}

function organizationDocuments(): Record<string, unknown> {
  const organizationId = 'o-bench00001';
  const managementAccountId = '999988887777';
  return {
    [organizationKey(organizationId)]: {
      organizationId,
      managementAccountId,
      featureSet: 'ALL',
      rootId: 'r-0001',
      enabledPolicyTypes: ['SERVICE_CONTROL_POLICY'],
    },
    [membershipKey(accountId)]: { accountId, organizationId, managementAccountId, parentId: 'r-0001' },
    [policyTargetKey(organizationId, 'r-0001')]: { policyIds: ['p-FullAWSAccess'] },
    [policyTargetKey(organizationId, accountId)]: { policyIds: ['p-FullAWSAccess', 'p-guard'] },
    [organizationPolicyKey(organizationId, 'p-guard')]: {
      organizationId,
      id: 'p-guard',
      type: 'SERVICE_CONTROL_POLICY',
      name: 'guard',
      content: JSON.stringify(guard),
    },
  };
}
