// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { HeadObjectCommandOutput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { DataKeys } from '../../keys/data-keys.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import { parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import { dataKeyFor } from './file-key.js';
import { contentOf, type LogDestination, type LogFileUpload, type UploadOutcome } from './log-destination.js';
import type { FindS3Bucket, S3Bucket } from './s3-bucket.js';
import { isRefusal, S3Failure, toS3Failure } from './s3-failure.js';
import { s3Sdk } from './s3-sdk.js';

export interface S3DestinationDependencies {
  readonly find: FindS3Bucket;
  readonly log: OperatorLog;
  /** The trails' keys: one that is disabled keeps files from a foreign bucket as from an own one. */
  readonly dataKeys?: DataKeys;
}

/**
 * Log files into buckets of other S3-compatible stores.
 *
 * The put is conditional (`If-None-Match: *`). Older stores ignore that, so the key is looked up first as well: a file
 * whose first answer was lost is found there, compared and not stored again. What is left on such a store: two tries at
 * the same time, of which the first counts as failed and is still under way, may both store the (same) bytes, which a
 * versioned bucket keeps twice; and somebody else's object that comes under the very same name between look-up and put is written over.
 *
 * The credentials need s3:ListBucket, s3:GetObject and s3:PutObject. Without s3:GetObject files still go out, but one
 * whose answer was lost cannot be compared: it waits with AccessDenied.
 */
export function s3Destination({ find, log, dataKeys }: S3DestinationDependencies): LogDestination {
  async function put(upload: LogFileUpload, signal: AbortSignal): Promise<UploadOutcome> {
    const bucket = find(upload.bucket, parseCloudTrailArn(upload.trailArn)?.accountId ?? '');
    if (bucket === undefined) return noEndpoint;
    const there = await lookUp(bucket, upload, signal, (failure) => isAnswerOfNo(failure));
    if (there !== undefined) return there;
    if (upload.kmsKeyArn !== undefined) {
      // The store encrypts by itself; here it is asked whether the key's owner still lets CloudTrail use it.
      const verdict = await dataKeyFor(upload, upload.kmsKeyArn, dataKeys);
      if ('kind' in verdict) return verdict;
    }
    try {
      const encryption = await store(bucket, upload, signal);
      if (upload.kmsKeyArn !== undefined && encryption !== 'aws:kms')
        log.warn(
          { trail: upload.trailArn, bucket: upload.bucket, key: upload.key },
          "a store took a log file and did not say that it is encrypted under the trail's key",
        );
      return { kind: 'stored' };
    } catch (error) {
      const failure = toS3Failure(error);
      if (failure.status === 412) return taken(bucket, upload, signal);
      if (isRefusal(failure)) return { kind: 'refused', code: failure.code, message: failure.message };
      throw failure;
    }
  }
  return { put };
}

const noEndpoint: UploadOutcome = {
  kind: 'refused',
  code: 'NoSuchBucket',
  message: 'the bucket is neither one of Cairn nor at an endpoint that is set',
};

/** What lies under the key that a conditional put found taken. */
async function taken(bucket: S3Bucket, upload: LogFileUpload, signal: AbortSignal): Promise<UploadOutcome> {
  const there = await lookUp(bucket, upload, signal, ({ status }) => status === 404);
  if (there !== undefined) return there;
  throw new S3Failure('PreconditionFailed', 'the key was taken and is free again', 412, true);
}

/** HEAD answers have no body and so no code: PUT will say what is wrong. */
function isAnswerOfNo({ status }: S3Failure): boolean {
  return status !== undefined && status >= 300 && status < 500;
}

/** What lies under the key; undefined when nothing does, or when `isNothing` says that the failure means nothing. */
async function lookUp(
  bucket: S3Bucket,
  upload: LogFileUpload,
  signal: AbortSignal,
  isNothing: (failure: S3Failure) => boolean,
): Promise<UploadOutcome | undefined> {
  const address = { Bucket: bucket.name, Key: upload.key };
  let head: HeadObjectCommandOutput;
  try {
    const { HeadObjectCommand } = s3Sdk();
    const command = new HeadObjectCommand({ ...address, ChecksumMode: 'ENABLED' });
    head = await bucket.client.send(command, { abortSignal: signal });
  } catch (error) {
    const failure = toS3Failure(error);
    if (isNothing(failure)) return undefined;
    throw failure;
  }
  if (head.ContentLength !== upload.sizeBytes) return { kind: 'exists', sha256: '' };
  return { kind: 'exists', sha256: wholeChecksum(head) ?? (await hashOf(bucket, upload, signal)) };
}

/** The store's own SHA-256 of the bytes, hex; undefined when it has none, or one of parts. */
function wholeChecksum({ ChecksumSHA256, ChecksumType }: HeadObjectCommandOutput): string | undefined {
  if (ChecksumSHA256 === undefined || ChecksumType === 'COMPOSITE' || ChecksumSHA256.includes('-'))
    return undefined;
  return Buffer.from(ChecksumSHA256, 'base64').toString('hex');
}

async function hashOf(bucket: S3Bucket, upload: LogFileUpload, signal: AbortSignal): Promise<string> {
  try {
    const { GetObjectCommand } = s3Sdk();
    const command = new GetObjectCommand({ Bucket: bucket.name, Key: upload.key });
    const { Body } = await bucket.client.send(command, { abortSignal: signal });
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of Body as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      // Longer than the store said it is, perhaps without an end.
      if (bytes > upload.sizeBytes) return '';
      hash.update(piece);
    }
    return hash.digest('hex');
  } catch (error) {
    throw toS3Failure(error);
  }
}

/** Resolves, once the store has it, to the encryption that it says it used. */
async function store(
  bucket: S3Bucket,
  upload: LogFileUpload,
  signal: AbortSignal,
): Promise<string | undefined> {
  const body = Readable.from(verified(upload));
  // The client does not listen to it: without this, a file that cannot be read would end the process.
  const unreadable = new AbortController();
  body.on('error', (error) => unreadable.abort(error));
  const { PutObjectCommand } = s3Sdk();
  const command = new PutObjectCommand({ ...toPut(bucket, upload), Body: body });
  // Signed with the hash that was made when the file was finished: the store, too, verifies it.
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers['x-amz-content-sha256'] = upload.sha256;
      return next(args);
    },
    { step: 'build', name: 'contentSha256' },
  );
  const abortSignal = AbortSignal.any([signal, unreadable.signal]);
  try {
    return (await bucket.client.send(command, { abortSignal })).ServerSideEncryption;
  } catch (error) {
    throw unreadable.signal.aborted ? unreadable.signal.reason : error;
  } finally {
    body.destroy();
  }
}

function toPut(bucket: S3Bucket, upload: LogFileUpload): PutObjectCommandInput {
  const { kmsKeyArn, metadata } = upload;
  const encryption: Partial<PutObjectCommandInput> =
    kmsKeyArn !== undefined
      ? { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn }
      : bucket.serverSideEncryption === 'none'
        ? {}
        : { ServerSideEncryption: bucket.serverSideEncryption };
  return {
    Bucket: bucket.name,
    Key: upload.key,
    ContentLength: upload.sizeBytes,
    ContentType: contentOf(upload).type,
    ...(contentOf(upload).encoding === undefined ? {} : { ContentEncoding: contentOf(upload).encoding }),
    ChecksumSHA256: Buffer.from(upload.sha256, 'hex').toString('base64'),
    IfNoneMatch: '*',
    ...(bucket.acl === 'none' ? {} : { ACL: bucket.acl }),
    ...(metadata === undefined ? {} : { Metadata: { ...metadata } }),
    ...encryption,
  };
}

/** The bytes, the last piece only when all of them are those that were written: a store keeps no body that ends early. */
async function* verified(upload: LogFileUpload): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let last: Uint8Array | undefined;
  for await (const piece of upload.open()) {
    if (last !== undefined) yield last;
    hash.update(piece);
    last = piece;
  }
  if (hash.digest('hex') !== upload.sha256)
    throw new Error(`the bytes of ${upload.key} in the outbox are not those that were written`);
  if (last !== undefined) yield last;
}
