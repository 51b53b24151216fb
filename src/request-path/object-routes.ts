// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import type { WireRequest } from '../wire/http.js';
import { objectFramesType } from '../wire/object-frames.js';
import { WireError } from '../wire/wire-error.js';
import type { DirectCall } from './aws-api.js';
import { type ObjectAnswer, ObjectBatch } from './object-batch.js';
import { type OwnRequest, type OwnRoute, StreamedAnswer } from './own-api.js';

export interface ObjectRoutesDependencies {
  /** Runs a call as one of the service's own protocol is run: decided, recorded, counted. Throws WireError. */
  readonly run: (call: DirectCall) => Promise<Readonly<Record<string, unknown>>>;
  readonly newRequestId: () => string;
}

export interface ObjectRoutesLimits {
  readonly keysMax: number;
  /** An answer that has so many bytes reads no further key: who asked has to hold it. */
  readonly answerBytesMax: number;
  /** Of one answer that are being read at a time: an fsync, where reading is recorded, is for all of them. */
  readonly readingMax: number;
  /** Answers on their way at a time: each has files open and waits for its reader. */
  readonly answersMax: number;
}

const objectRoutesLimits: ObjectRoutesLimits = {
  keysMax: 256,
  answerBytesMax: 16 * 1024 ** 2,
  readingMax: 32,
  answersMax: 64,
};

/** Keys have at most 1,024 bytes, escaped as `\u0000` six times as many. */
const bodyBytesPerKey = 8 * 1024;

/**
 * The route of Cairn's own API that reads many objects at once. Each is read by S3's own GetObject, by the caller, under
 * every policy and key that has a say, and recorded where a trail selects it, as if it were asked for alone: only HTTP and
 * its signature come once for all.
 */
export function objectRoutes(
  deps: ObjectRoutesDependencies,
  limits: ObjectRoutesLimits = objectRoutesLimits,
): ReadonlyMap<string, OwnRoute> {
  let answers = 0;
  const readObjects = async (request: OwnRequest): Promise<StreamedAnswer> => {
    const { bucket, keys } = askedObjects(request.body, limits);
    if (answers >= limits.answersMax)
      throw new WireError('SlowDown', 'Please reduce your request rate.', { status: 503 });
    const wire = withoutHeadersOfItsOwn(request.wire);
    const read = (key: string) => readObject(deps, request, wire, bucket, key);
    const body = new ObjectBatch(keys, read, limits).stream();
    answers += 1;
    body.once('close', () => {
      answers -= 1;
    });
    return new StreamedAnswer(objectFramesType, body);
  };
  return new Map([['POST /cairn/v1/objects', readObjects]]);
}

async function readObject(
  { run, newRequestId }: ObjectRoutesDependencies,
  { principal, region }: OwnRequest,
  wire: WireRequest,
  bucket: string,
  key: string,
): Promise<ObjectAnswer> {
  const rawPath = `/${[bucket, ...key.split('/')].map(encodeURIComponent).join('/')}`;
  const request = { ...wire, requestId: newRequestId(), rawPath };
  const input = { Bucket: bucket, Key: key };
  const output = await run({ service: 's3', operation: 'GetObject', request, principal, region, input });
  return output as unknown as ObjectAnswer;
}

/** What a GetObject sends too. All others say something of this request, or would be shown to policies and not be done. */
const sharedHeaders = [
  'authorization',
  'host',
  'referer',
  'user-agent',
  'x-amz-date',
  'x-amz-request-payer',
  'x-amz-security-token',
] as const;

const emptyHash = hash('sha256', '');

function withoutHeadersOfItsOwn(wire: WireRequest): WireRequest {
  const headers: Record<string, string> = { 'x-amz-content-sha256': emptyHash };
  for (const name of sharedHeaders) {
    const value = wire.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  return { ...wire, method: 'GET', rawQuery: '', headers, withoutBody: true };
}

/** `{ bucket, keys }`. Throws ValidationException. */
function askedObjects(
  body: Buffer,
  { keysMax }: ObjectRoutesLimits,
): { readonly bucket: string; readonly keys: readonly string[] } {
  if (body.length > keysMax * bodyBytesPerKey) throw invalid(`the body is too long for ${keysMax} keys`);
  let asked: unknown;
  try {
    asked = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw invalid('the body is not JSON', cause);
  }
  const { bucket, keys } = (typeof asked === 'object' && asked !== null ? asked : {}) as Record<
    string,
    unknown
  >;
  if (typeof bucket !== 'string') throw invalid('bucket must name a bucket');
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > keysMax)
    throw invalid(`keys must be a list of 1 to ${keysMax} keys`);
  if (!keys.every(isText) || !isText(bucket)) throw invalid('a key must be a text of Unicode characters');
  return { bucket, keys };
}

/** Half a character can be written in JSON and not in UTF-8, which every path and key is in. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value);
}

function invalid(message: string, cause?: unknown): WireError {
  return new WireError('ValidationException', message, {
    status: 400,
    ...(cause !== undefined && { cause }),
  });
}
