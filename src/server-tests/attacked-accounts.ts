// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import * as athena from '@aws-sdk/client-athena';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import * as s3 from '@aws-sdk/client-s3';
import * as sts from '@aws-sdk/client-sts';
import { patienceMs, pause } from '../testing/until.js';
import { root, type Server, serve, temporaryFolder } from './cairn-process.js';
import { type Answer, Client, type HistoryEvent } from './client.js';
import { type RequestToSign, signed } from './signed-request.js';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What a call came to: its output, or the error that it was refused with. */
export interface Came {
  readonly output: Record<string, unknown>;
  readonly code: string | undefined;
  readonly message: string;
  readonly status: number;
  readonly requestId: string;
}

interface AnyClient {
  send(command: object): Promise<Record<string, unknown>>;
  destroy(): void;
}
type Exports = Readonly<Record<string, unknown>>;

const sdks = {
  athena: [athena.AthenaClient, athena],
  cloudtrail: [CloudTrailClient, cloudtrail],
  iam: [iam.IAMClient, iam],
  kms: [kms.KMSClient, kms],
  organizations: [organizations.OrganizationsClient, organizations],
  s3: [s3.S3Client, s3],
  sts: [sts.STSClient, sts],
} as const;
export type ServiceName = keyof typeof sdks;

export const rootKeys: Keys = root;

/** `{"Version":"2012-10-17","Statement":[…]}` */
export function document(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

export function allow(Action: string | string[], Resource: string | string[] = '*', more: object = {}) {
  return { Effect: 'Allow', Action, Resource, ...more };
}

/** A role's trust policy. */
export function trust(Principal: object | string, more: object = {}): string {
  return document({ Effect: 'Allow', Principal, Action: ['sts:AssumeRole', 'sts:TagSession'], ...more });
}

/**
 * A server with three accounts for the tests of the file that calls this: the main one, with an organization; a member; and
 * one that stands alone. At the end the server is well, its error log is empty, and every refusal that was asked for
 * (`refused`) is in the history of the account that it was made in, as an error.
 */
export class AttackedAccounts {
  readonly main: string = root.accountId;
  readonly alone: string = '444455556666';
  readonly dataDir: string;
  member = '';
  memberAdmin: Keys = root;
  aloneRoot: Keys = root;
  #server: Server | undefined;
  #client: Client | undefined;
  #removeFolder = (): void => {};
  readonly #clients = new Map<string, AnyClient>();
  readonly #refusals: { accountId: string; requestId: string; what: string }[] = [];

  constructor() {
    this.dataDir = temporaryFolder({
      after: (remove) => {
        this.#removeFolder = remove;
      },
    });
    before(() => this.#start());
    after(() => this.#end());
  }

  get client(): Client {
    assert.ok(this.#client !== undefined);
    return this.#client;
  }

  get url(): string {
    assert.ok(this.#server !== undefined);
    return this.#server.url;
  }

  /** Calls by the SDK; what is refused is an answer too. */
  async call(
    keys: Keys,
    service: ServiceName,
    operation: string,
    input: object = {},
    region = 'us-east-1',
  ): Promise<Came> {
    const exports = sdks[service][1] as Exports;
    const Command = exports[`${operation}Command`] as new (input: object) => object;
    try {
      const output = await this.#clientOf(keys, service, region).send(new Command(input));
      const { requestId = '' } = output.$metadata as { requestId?: string };
      return { output, code: undefined, message: '', status: 200, requestId };
    } catch (thrown) {
      const { name, message, $metadata: meta } = thrown as s3.S3ServiceException;
      if (meta?.httpStatusCode === undefined) throw thrown;
      const { httpStatusCode: status, requestId = '' } = meta;
      return { output: {}, code: name, message, status, requestId };
    }
  }

  /** The output of a call that must go. */
  async done(keys: Keys, service: ServiceName, operation: string, input: object = {}, region?: string) {
    const came = await this.call(keys, service, operation, input, region);
    assert.equal(came.code, undefined, `${operation}: ${came.message}`);
    return came.output;
  }

  /** A call that must be refused with one of the codes; it has to be in `accountId`'s history, if one is given. */
  async refused(
    accountId: string | undefined,
    keys: Keys,
    service: ServiceName,
    operation: string,
    input: object = {},
    codes = /AccessDenied/,
    region?: string,
  ): Promise<Came> {
    const came = await this.call(keys, service, operation, input, region);
    assert.match(came.code ?? 'it went', codes, `${operation} ${JSON.stringify(input)}: ${came.message}`);
    assert.ok(came.status < 500, `${operation}: ${came.status}`);
    if (accountId !== undefined)
      this.#refusals.push({ accountId, requestId: came.requestId, what: `${operation} ${came.code}` });
    return came;
  }

  /** A request of one's own making, with the session token among its signed headers. */
  raw({ sessionToken, ...keys }: Keys, request: RequestToSign): Promise<Answer> {
    const token = sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken };
    return this.client.call({ ...keys, ...request, headers: { ...request.headers, ...token } });
  }

  /** A user with one inline policy, and its keys. */
  async user(owner: Keys, UserName: string, ...statements: object[]): Promise<Keys> {
    await this.done(owner, 'iam', 'CreateUser', { UserName });
    if (statements.length > 0) {
      const PolicyDocument = document(...statements);
      await this.done(owner, 'iam', 'PutUserPolicy', { UserName, PolicyName: 'own', PolicyDocument });
    }
    const { AccessKey } = (await this.done(owner, 'iam', 'CreateAccessKey', { UserName })) as {
      AccessKey: { AccessKeyId: string; SecretAccessKey: string };
    };
    return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  }

  /** @param input of AssumeRole, its session name can be left out */
  async assume(by: Keys, RoleArn: string, input: object = {}): Promise<Keys> {
    return keysOf(
      await this.done(by, 'sts', 'AssumeRole', { RoleArn, RoleSessionName: 'attacker', ...input }),
    );
  }

  /** Lines of the security log, oldest first, as far as they are kept. */
  securityLog(): Record<string, string>[] {
    const path = join(this.dataDir, 'security.log');
    const texts = [`${path}.1`, path].map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
    const lines = texts.flatMap((text) => text.split('\n').slice(0, -1));
    return lines.map((line) => JSON.parse(line) as Record<string, string>);
  }

  /** The history of an account once it has all of these calls. */
  async historyWith(accountId: string, requestIds: readonly string[]): Promise<HistoryEvent[]> {
    for (const deadline = Date.now() + patienceMs; ; await pause(50)) {
      const events = await this.client.history(accountId);
      const known = new Set(events.map(({ requestID }) => requestID));
      if (requestIds.every((id) => known.has(id)) || Date.now() > deadline) return events;
    }
  }

  #clientOf(keys: Keys, service: ServiceName, region: string): AnyClient {
    const id = [service, region, keys.accessKeyId, keys.sessionToken].join(' ');
    const known = this.#clients.get(id);
    if (known !== undefined) return known;
    const Made = sdks[service][0] as unknown as new (settings: object) => AnyClient;
    const settings = { endpoint: this.url, region, credentials: keys, maxAttempts: 1 };
    const made = new Made(service === 's3' ? { ...settings, forcePathStyle: true } : settings);
    this.#clients.set(id, made);
    return made;
  }

  async #start(): Promise<void> {
    this.#server = await serve(this.dataDir);
    this.#client = new Client(this.#server.url);
    const { alone: accountId } = this;
    await this.client.own('/cairn/v1/accounts', { name: 'alone', email: 'alone@example.com', accountId });
    const kept = readFileSync(join(this.dataDir, 'accounts', `${accountId}.json`), 'utf8');
    this.aloneRoot = JSON.parse(kept) as Keys;
    await this.#makeMember();
  }

  async #makeMember(): Promise<void> {
    await this.done(root, 'organizations', 'CreateOrganization', { FeatureSet: 'ALL' });
    const asked = { Email: 'member@example.com', AccountName: 'member' };
    let { CreateAccountStatus: status } = (await this.done(
      root,
      'organizations',
      'CreateAccount',
      asked,
    )) as organizations.CreateAccountResponse;
    while (status?.State === 'IN_PROGRESS') {
      await pause(20);
      ({ CreateAccountStatus: status } = (await this.done(
        root,
        'organizations',
        'DescribeCreateAccountStatus',
        { CreateAccountRequestId: status.Id },
      )) as organizations.CreateAccountResponse);
    }
    this.member = status?.AccountId ?? '';
    const roleArn = `arn:aws:iam::${this.member}:role/OrganizationAccountAccessRole`;
    const admin = await this.user(root, 'organization-admin', allow('*'));
    this.memberAdmin = await this.assume(admin, roleArn);
  }

  async #end(): Promise<void> {
    try {
      await this.#verify();
    } finally {
      for (const client of this.#clients.values()) client.destroy();
      this.client.close();
      const ended = await this.#server?.process.end('SIGTERM');
      this.#removeFolder();
      assert.deepEqual([ended?.code, ended?.stderr], [0, ''], 'no fault of ours, no crash');
    }
  }

  async #verify(): Promise<void> {
    assert.equal((await this.client.get('/readyz')).text, 'ready\n');
    for (const accountId of new Set(this.#refusals.map((refusal) => refusal.accountId))) {
      const wanted = this.#refusals.filter((refusal) => refusal.accountId === accountId);
      const events = await this.historyWith(
        accountId,
        wanted.map(({ requestId }) => requestId),
      );
      const failed = new Set(events.filter((event) => event.errorCode).map(({ requestID }) => requestID));
      const missing = wanted.filter(({ requestId }) => !failed.has(requestId)).map(({ what }) => what);
      assert.deepEqual(missing, [], `refusals that the history of ${accountId} does not have`);
    }
  }
}

export function keysOf(output: object): Keys {
  const { Credentials: given } = output as { Credentials: sts.Credentials };
  return {
    accessKeyId: given.AccessKeyId ?? '',
    secretAccessKey: given.SecretAccessKey ?? '',
    sessionToken: given.SessionToken ?? '',
  };
}

/** The request as `signed` makes it, for whom it is signed left as is: to be sent changed. */
export function signedFor(host: string, { sessionToken, ...keys }: Keys, request: RequestToSign) {
  const token = sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken };
  return signed(host, { ...keys, ...request, headers: { ...request.headers, ...token } });
}
