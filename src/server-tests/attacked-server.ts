// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import { until } from '../testing/until.js';
import { root, type Server, serve, temporaryFolder } from './cairn-process.js';
import { type Answer, Client, type HistoryEvent } from './client.js';
import type { RequestToSign } from './signed-request.js';

/** Memory of its own that a server may have after everything that was sent to it. */
const anonMiBMax = 400;

const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101';

/** A well-meant call of each service. */
export const describeTrails: RequestToSign = {
  service: 'cloudtrail',
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${target}.DescribeTrails` },
  body: '{}',
};
export const identity: RequestToSign = {
  service: 'sts',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'Action=GetCallerIdentity&Version=2011-06-15',
};
export const listBuckets: RequestToSign = { service: 's3', method: 'GET', path: '/' };
export const own: RequestToSign = { service: 'cairn', path: '/cairn/v1/lookup', body: '{}' };

/**
 * A server, with the bucket `attacked`, for the tests of the file that calls this. Whatever they send, three things
 * hold at the end: it is well and has little memory, its error log is empty, and the history has the root's calls only.
 */
export class AttackedServer {
  #server: Server | undefined;
  #client: Client | undefined;
  #removeFolder = (): void => {};
  readonly dataDir: string;

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

  /** Memory that is the process's own, in MiB; the mapped log does not count. 0 where the system does not say. */
  anonMiB(): number {
    const path = `/proc/${this.#server?.process.pid}/status`;
    const status = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  }

  /** The sum of cairn_refused_calls_total. */
  async refusedCalls(): Promise<number> {
    const { text } = await this.client.get('/metrics');
    const counts = Array.from(text.matchAll(/^cairn_refused_calls_total\{.*\} (\d+)$/gm), ([, n]) =>
      Number(n),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #start(): Promise<void> {
    this.#server = await serve(this.dataDir);
    this.#client = new Client(this.#server.url);
    assert.equal((await this.#client.s3('PUT', '/attacked')).status, 200);
  }

  async #end(): Promise<void> {
    try {
      await this.#verify();
    } finally {
      this.client.close();
      const ended = await this.#server?.process.end('SIGTERM');
      this.#removeFolder();
      assert.deepEqual([ended?.code, ended?.stderr], [0, ''], 'no fault of ours, no crash');
    }
  }

  async #verify(): Promise<void> {
    assert.equal((await this.client.get('/readyz')).text, 'ready\n');
    assert.ok(this.anonMiB() < anonMiBMax, `${this.anonMiB()} MiB`);
    // Once the last call is in the history, all before it are.
    const last = (await this.client.call(describeTrails)).headers['x-amzn-requestid'];
    let events: HistoryEvent[] = [];
    await until(async () => {
      events = await this.client.history(root.accountId);
      return events.some(({ requestID }) => requestID === last);
    });
    assert.ok(
      events.some(({ requestID }) => requestID === last),
      'the history has the last call',
    );
    const others = events.filter(({ userIdentity }) => (userIdentity as { type: string }).type !== 'Root');
    assert.deepEqual(others, [], 'events that the root did not sign');
  }
}

export function assertAnswer(answer: Answer, status: number | undefined, code: string): void {
  assert.match(answer.text, new RegExp(`\\b${code}\\b`), `${answer.status} ${answer.text}`);
  if (status !== undefined) assert.equal(answer.status, status);
}
