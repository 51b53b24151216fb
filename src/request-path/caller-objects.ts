// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type CallerObjects,
  type ListedObject,
  ObjectRefusedError,
  type ObjectsCaller,
  type WrittenObject,
} from '../query/jobs/caller-objects.js';
import type { WireRequest } from '../wire/http.js';
import { WireError } from '../wire/wire-error.js';
import type { DirectCall } from './aws-api.js';

export interface CallerObjectsDependencies {
  /** Runs a call as one of the service's own protocol is run: decided, recorded, counted. Throws WireError. */
  readonly run: (call: DirectCall) => Promise<Readonly<Record<string, unknown>>>;
  readonly newRequestId: () => string;
  readonly now: () => number;
}

/** The objects of Cairn's own buckets, by S3's own operations. */
export function callerObjects(deps: CallerObjectsDependencies): CallerObjects {
  const ask = async (
    caller: ObjectsCaller,
    operation: string,
    request: Pick<WireRequest, 'method' | 'rawPath' | 'rawQuery' | 'headers'>,
    input: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> => {
    try {
      return await deps.run({
        service: 's3',
        operation,
        principal: caller.principal,
        region: caller.region,
        input,
        request: {
          ...request,
          headers: { ...commonHeaders, 'user-agent': caller.service, ...request.headers },
          requestId: deps.newRequestId(),
          body: Readable.from([]),
          withoutBody: true,
          sourceIp: caller.sourceIp,
          receivedAtMs: deps.now(),
          invokedBy: caller.service,
        },
      });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      throw new ObjectRefusedError(error.code, error.message, { cause: error });
    }
  };
  return {
    list: async (caller, bucket, prefix, after) => {
      const query = { 'list-type': '2', prefix, 'max-keys': '1000' };
      const output = await ask(
        caller,
        'ListObjectsV2',
        { method: 'GET', rawPath: pathOf(bucket), rawQuery: queryOf(query), headers: {} },
        {
          Bucket: bucket,
          Prefix: prefix,
          MaxKeys: 1000,
          ...(after === undefined ? {} : { ContinuationToken: after }),
        },
      );
      const contents = (output.Contents ?? []) as {
        readonly Key?: string;
        readonly Size?: number;
        readonly ETag?: string;
        readonly LastModified?: Date;
      }[];
      const objects: ListedObject[] = contents.map(({ Key = '', Size = 0, ETag = '', LastModified }) => ({
        key: Key,
        size: Size,
        etag: withoutQuotes(ETag),
        ...(LastModified === undefined ? {} : { modifiedAtMs: LastModified.getTime() }),
      }));
      const next = output.NextContinuationToken as string | undefined;
      return next === undefined ? { objects } : { objects, next };
    },
    get: async (caller, bucket, key, etag) => {
      const output = await ask(
        caller,
        'GetObject',
        { method: 'GET', rawPath: pathOf(bucket, key), rawQuery: '', headers: {} },
        { Bucket: bucket, Key: key, ...(etag === undefined ? {} : { IfMatch: `"${etag}"` }) },
      );
      const encoding = output.ContentEncoding as string | undefined;
      return {
        body: output.Body as Readable | Uint8Array,
        etag: withoutQuotes(String(output.ETag ?? '')),
        ...(encoding === undefined ? {} : { contentEncoding: encoding }),
        isKmsEncrypted: String(output.ServerSideEncryption ?? '').startsWith('aws:kms'),
      };
    },
    put: async (caller, bucket, key, object) => {
      const { headers, members } = putSettings(object);
      await ask(
        caller,
        'PutObject',
        { method: 'PUT', rawPath: pathOf(bucket, key), rawQuery: '', headers },
        { Bucket: bucket, Key: key, Body: object.body, ...members },
      );
    },
  };
}

/** As the SDK signs a call that has no body, or one whose hash it does not know. */
const commonHeaders = { 'x-amz-content-sha256': hash('sha256', '') };

/** What a PutObject says of the object, twice: as policies see it (headers), as the handler does (members). */
function putSettings({ size, contentType, encryption, acl, expectedBucketOwner }: WrittenObject): {
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;
} {
  const keyId = encryption?.kind === 'SSE_KMS' ? encryption.keyId : undefined;
  const sse = encryption === undefined ? undefined : encryption.kind === 'SSE_S3' ? 'AES256' : 'aws:kms';
  return {
    headers: {
      'content-length': String(size),
      'content-type': contentType,
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      ...(sse === undefined ? {} : { 'x-amz-server-side-encryption': sse }),
      ...(keyId === undefined ? {} : { 'x-amz-server-side-encryption-aws-kms-key-id': keyId }),
      ...(acl === undefined ? {} : { 'x-amz-acl': acl }),
    },
    members: {
      ContentLength: size,
      ContentType: contentType,
      ...(sse === undefined ? {} : { ServerSideEncryption: sse }),
      ...(keyId === undefined ? {} : { SSEKMSKeyId: keyId }),
      ...(acl === undefined ? {} : { ACL: acl }),
      ...(expectedBucketOwner === undefined ? {} : { ExpectedBucketOwner: expectedBucketOwner }),
    },
  };
}

function pathOf(bucket: string, key?: string): string {
  return `/${[bucket, ...(key ?? '').split('/')].map(encodeURIComponent).join('/')}`;
}

function queryOf(members: Readonly<Record<string, string>>): string {
  return Object.entries(members)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

function withoutQuotes(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}
