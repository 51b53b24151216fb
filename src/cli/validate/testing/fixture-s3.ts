// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ListedKey } from '../../../digest/verify-keys.js';
import { frameHead, objectFramesType } from '../../../wire/object-frames.js';
import type { MadeBucket } from './made-trail.js';

const pageMax = 1_000;

/**
 * As much of S3 and CloudTrail as a validator asks for, without authentication: path-style GET, HEAD,
 * ListObjectsV2, ListPublicKeys, DescribeTrails. Objects may be changed while it runs.
 */
export class FixtureS3 {
  readonly buckets = new Map<string, MadeBucket>();
  readonly keys: ListedKey[] = [];
  trails: object[] = [];
  /** Also Cairn's own way to read many objects at once. */
  isCairn = false;
  /** The keys of each such request. */
  readonly batches: string[][] = [];
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  /** Answers that differ, by path: `{ status, code }`. */
  readonly refusals = new Map<string, { status: number; code: string }>();
  readonly #modified = new Map<string, string>();
  #server: Server | undefined;

  async start(): Promise<string> {
    this.#server = createServer((request, response) => this.#answer(request, response));
    await new Promise<void>((resolve) => this.#server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** What every object of a bucket counts as having been written at. */
  touch(key: string, iso: string): void {
    this.#modified.set(key, iso);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://fixture');
    const [, bucketName = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    if (this.isCairn && url.pathname === '/cairn/v1/objects') void this.#objects(request, response);
    else if (request.method === 'POST') this.#cloudTrail(request, response);
    else this.#s3(request.method ?? 'GET', { bucketName, key }, url.searchParams, response);
  }

  async #objects(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { bucket, keys } = JSON.parse(await text(request)) as { bucket: string; keys: string[] };
    this.batches.push(keys);
    response.setHeader('content-type', objectFramesType);
    for (const key of keys) {
      const refusal = this.refusals.get(`${bucket}/${key}`);
      const object = this.buckets.get(bucket)?.get(key);
      const { status, code } = refusal ?? { status: 404, code: 'NoSuchKey' };
      if (refusal !== undefined || object === undefined)
        response.write(frameHead({ status, code, message: `no ${code}` }));
      else {
        const { bytes, metadata } = object;
        response.write(frameHead({ status: 200, length: bytes.length, metadata }));
        response.write(bytes);
      }
    }
    response.end();
  }

  #s3(
    method: string,
    { bucketName, key }: { bucketName: string; key: string },
    query: URLSearchParams,
    response: ServerResponse,
  ): void {
    this.asked.push(`${method} ${bucketName}/${key}`);
    const refusal = this.refusals.get(`${bucketName}/${key}`);
    const bucket = this.buckets.get(bucketName);
    const object = bucket?.get(key);
    if (refusal !== undefined) sayError(response, refusal.status, refusal.code);
    else if (bucket === undefined) sayError(response, 404, 'NoSuchBucket');
    else if (key === '') this.#list(bucket, query, response);
    else if (object === undefined) sayError(response, 404, 'NoSuchKey');
    else {
      for (const [name, value] of Object.entries(object.metadata))
        response.setHeader(`x-amz-meta-${name}`, value);
      response.setHeader('content-length', object.bytes.length);
      response.end(method === 'HEAD' ? undefined : object.bytes);
    }
  }

  #list(bucket: MadeBucket, query: URLSearchParams, response: ServerResponse): void {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? query.get('marker') ?? '';
    const keys = [...bucket.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, pageMax);
    const isTruncated = keys.length > page.length;
    const contents = page.map((key) => {
      const { bytes } = bucket.get(key)!;
      const etag = createHash('md5').update(bytes).digest('hex');
      const modified = this.#modified.get(key) ?? '2026-01-01T00:00:00.000Z';
      return `<Contents><Key>${key}</Key><Size>${bytes.length}</Size><ETag>&quot;${etag}&quot;</ETag><LastModified>${modified}</LastModified></Contents>`;
    });
    const next = isTruncated
      ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken><NextMarker>${page.at(-1)}</NextMarker>`
      : '';
    say(
      response,
      200,
      `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    );
  }

  #cloudTrail(request: IncomingMessage, response: ServerResponse): void {
    const target = String(request.headers['x-amz-target']);
    request.resume();
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    const list = this.keys.map(({ fingerprint, value }) => ({
      Fingerprint: fingerprint,
      Value: Buffer.from(value).toString('base64'),
      ValidityStartTime: 1_400_000_000,
      ValidityEndTime: 4_000_000_000,
    }));
    const isTrails = target.endsWith('DescribeTrails');
    response.end(JSON.stringify(isTrails ? { trailList: this.trails } : { PublicKeyList: list }));
  }
}

function say(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
}

function sayError(response: ServerResponse, status: number, code: string): void {
  say(response, status, `<Error><Code>${code}</Code><Message>no ${code}</Message></Error>`);
}
