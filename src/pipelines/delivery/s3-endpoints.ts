// SPDX-License-Identifier: Apache-2.0
import type { S3Client } from '@aws-sdk/client-s3';
import type { ForeignBuckets } from '../../buckets/foreign-buckets.js';
import { boundAnswers } from './bounded-answers.js';
import { checkS3Bucket } from './check-s3-bucket.js';
import type { FindS3Bucket } from './s3-bucket.js';
import { s3Sdk } from './s3-sdk.js';

/** An S3-compatible endpoint as the operator set it. */
export interface S3Endpoint {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly forcePathStyle: boolean;
  /** The bucket's name there, where it is another than the trail's. */
  readonly bucket?: string;
  readonly serverSideEncryption: 'AES256' | 'none';
  readonly acl: 'bucket-owner-full-control' | 'none';
  /** Whose trails may deliver there: accounts, or all of them; absent: the main account's alone. */
  readonly accounts?: readonly string[] | 'all';
}

export interface S3EndpointSettings {
  /** By the bucket's name in trails. */
  readonly byBucket: ReadonlyMap<string, S3Endpoint>;
  /** For every other bucket that Cairn does not have itself. */
  readonly otherwise?: S3Endpoint;
}

export interface S3Endpoints {
  readonly find: FindS3Bucket;
  readonly foreignBuckets: ForeignBuckets;
  close(): void;
}

const connectMsMax = 5_000;
/** Without a byte in either direction. The whole upload has its own limit (`uploadMsMax`). */
const silenceMsMax = 60_000;

/**
 * Clients for the endpoints that are set, each made when it is first asked for. Their credentials are the operator's:
 * no account's trails use them but the main account's, and those that the settings name.
 */
export function s3Endpoints({ byBucket, otherwise }: S3EndpointSettings, mainAccountId: string): S3Endpoints {
  const isFor = ({ accounts = [mainAccountId] }: S3Endpoint, accountId: string): boolean =>
    accounts === 'all' || accounts.includes(accountId);
  const placeOf = (
    name: string,
    accountId: string,
  ): { place: 'named' | 'otherwise'; endpoint: S3Endpoint } | undefined => {
    const named = byBucket.get(name);
    if (named !== undefined && isFor(named, accountId)) return { place: 'named', endpoint: named };
    // A bucket that is named for others is not reached by the endpoint of all buckets either.
    if (named !== undefined || otherwise === undefined || !isFor(otherwise, accountId)) return undefined;
    return { place: 'otherwise', endpoint: otherwise };
  };
  const clients = new Map<S3Endpoint, S3Client>();
  const clientOf = (endpoint: S3Endpoint): S3Client => {
    const client = clients.get(endpoint) ?? toClient(endpoint);
    clients.set(endpoint, client);
    return client;
  };
  const find: FindS3Bucket = (name, accountId) => {
    const endpoint = placeOf(name, accountId)?.endpoint;
    if (endpoint === undefined) return undefined;
    const { bucket = name, serverSideEncryption, acl } = endpoint;
    return { client: clientOf(endpoint), name: bucket, serverSideEncryption, acl };
  };
  return {
    find,
    foreignBuckets: {
      place: (name, accountId) => placeOf(name, accountId)?.place,
      check: (name, accountId) => {
        const bucket = find(name, accountId);
        if (bucket !== undefined) return checkS3Bucket(bucket);
        return Promise.resolve({ ok: false, reason: 'missing', message: 'NoSuchBucket' });
      },
    },
    close: () => {
      for (const client of clients.values()) client.destroy();
    },
  };
}

function toClient({ endpoint, region, accessKeyId, secretAccessKey, forcePathStyle }: S3Endpoint): S3Client {
  // The SDK's note about Node versions is not for our users.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { S3Client } = s3Sdk();
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle,
    credentials: { accessKeyId, secretAccessKey },
    // Every failure is to be seen, and tried again by the uploader, which knows what an unanswered try means.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: connectMsMax, socketTimeout: silenceMsMax },
    // Other stores need not know the checksums that the SDK would choose; SHA-256 is given and signed anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // It would write to the console that a failed upload cannot be tried again.
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
  boundAnswers(client);
  return client;
}

function nothing(): void {}
