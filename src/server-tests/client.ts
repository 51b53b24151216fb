// SPDX-License-Identifier: Apache-2.0
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { patienceMs } from '../testing/until.js';
import { type RequestToSign, type SignedRequest, signed } from './signed-request.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface HistoryEvent {
  readonly eventID: string;
  readonly requestID: string;
  readonly eventName: string;
  readonly errorCode?: string;
  readonly requestParameters: Record<string, unknown> | null;
  readonly [member: string]: unknown;
}

/** Calls a server as its root, over connections that it keeps. */
export class Client {
  readonly host: string;
  readonly #url: URL;
  readonly #agent: Agent | TlsAgent;

  constructor(url: string) {
    this.#url = new URL(url);
    this.host = this.#url.host;
    const isTls = this.#url.protocol === 'https:';
    this.#agent = isTls
      ? new TlsAgent({ keepAlive: true, rejectUnauthorized: false })
      : new Agent({ keepAlive: true });
  }

  close(): void {
    this.#agent.destroy();
  }

  call(request: RequestToSign): Promise<Answer> {
    return this.send(signed(this.host, request));
  }

  /** Rejects when the connection breaks before the whole answer was there. */
  send({ method, path, headers, body }: SignedRequest): Promise<Answer> {
    const start = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#url;
      const options = { host: hostname, port, method, path, agent: this.#agent, timeout: patienceMs };
      const request = start(
        { ...options, headers: { 'content-length': String(body.length), ...headers } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const whole = Buffer.concat(chunks);
            const { statusCode: status = 0, headers: given } = response;
            resolve({ status, headers: given, body: whole, text: whole.toString() });
          });
        },
      );
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', reject);
      request.end(body);
    });
  }

  get(path: string): Promise<Answer> {
    return this.send({ method: 'GET', path, headers: { host: this.host }, body: Buffer.alloc(0) });
  }

  callerIdentity(): Promise<Answer> {
    return this.call({
      service: 'sts',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    });
  }

  cloudtrail(operation: string, input: object): Promise<Answer> {
    return this.call({
      service: 'cloudtrail',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.${operation}`,
      },
      body: JSON.stringify(input),
    });
  }

  s3(method: string, path: string, body: string | Uint8Array = '', headers = {}): Promise<Answer> {
    return this.call({ service: 's3', method, path, body, headers });
  }

  async own(path: string, document: object): Promise<Record<string, unknown>> {
    const answer = await this.call({ service: 'cairn', path, body: JSON.stringify(document) });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as Record<string, unknown>;
  }

  /** Every event of the account's history, newest first. */
  async history(accountId: string): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    let after: string | undefined;
    do {
      const asked = { accountId, attributes: [], limit: 1_000, ...(after === undefined ? {} : { after }) };
      const page = await this.own('/cairn/v1/lookup', asked);
      events.push(...(page.events as { json: string }[]).map(({ json }) => JSON.parse(json) as HistoryEvent));
      after = page.next as string | undefined;
    } while (after !== undefined);
    return events;
  }

  /** Every key of a bucket. */
  async keys(bucket: string): Promise<string[]> {
    const all: string[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page = await this.s3('GET', `/${bucket}?list-type=2&start-after=${encodeURIComponent(after)}`);
      const keys = Array.from(page.text.matchAll(/<Key>([^<]+)<\/Key>/g), (match) => match[1] as string);
      all.push(...keys);
      after = page.text.includes('<IsTruncated>true') ? keys.at(-1) : undefined;
    }
    return all;
  }

  /** Every event in the log files of a bucket, file by file; digests are left out. */
  async logFiles(bucket: string): Promise<Map<string, HistoryEvent[]>> {
    const files = new Map<string, HistoryEvent[]>();
    const isLogFile = (key: string) => key.endsWith('.json.gz') && key.includes('/CloudTrail/');
    for (const key of (await this.keys(bucket)).filter(isLogFile)) {
      const file = await this.s3('GET', `/${bucket}/${key}`);
      files.set(key, (JSON.parse(gunzipSync(file.body).toString()) as { Records: HistoryEvent[] }).Records);
    }
    return files;
  }
}

/** Lets CloudTrail write into the bucket. */
export function logBucketPolicy(bucket: string): string {
  const allowed = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { ...allowed, Action: 's3:GetBucketAcl', Resource: `arn:aws:s3:::${bucket}` },
      { ...allowed, Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/*` },
    ],
  });
}
