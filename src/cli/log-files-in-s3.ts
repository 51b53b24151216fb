// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { GetObjectCommand, paginateListObjectsV2, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { CommandError } from './command-error.js';
import { isLogFileName, type LogFileSource } from './log-file-source.js';
import type { S3Address } from './s3-address.js';

/**
 * A client with the credentials, Region, endpoint and certificate authorities that the AWS command line would use here.
 * Throws CommandError where `AWS_CA_BUNDLE` names no file that can be read.
 */
export function s3ClientFromEnvironment(env: Readonly<Record<string, string | undefined>>): S3Client {
  // The SDK's note about Node versions is not for our users.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL;
  return new S3Client({
    ...(endpoint && { endpoint, forcePathStyle: needsPathStyle(endpoint) }),
    ...(env.AWS_CA_BUNDLE && { requestHandler: { httpsAgent: { ca: readAuthorities(env.AWS_CA_BUNDLE) } } }),
    ...(region && { region }),
    followRegionRedirects: true,
  });
}

function readAuthorities(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CommandError(`AWS_CA_BUNDLE cannot be read: ${(cause as Error).message}`, 1, { cause });
  }
}

/** `bucket.127.0.0.1` is no host, and `bucket.localhost` is one only to some resolvers. */
function needsPathStyle(endpoint: string): boolean {
  const host = new URL(endpoint).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 || host === 'localhost' || !host.includes('.');
}

/** The log files under an address, in the order of their keys. Throws CommandError when they cannot be listed. */
export async function logFilesInS3(
  client: S3Client,
  { bucket, prefix }: S3Address,
): Promise<LogFileSource[]> {
  const found: LogFileSource[] = [];
  try {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key: key, Size: sizeBytes = 0 } of page.Contents ?? []) {
        if (key !== undefined && (isLogFileName(key) || key === prefix))
          found.push(objectAt(client, bucket, key, sizeBytes));
      }
    }
  } catch (error) {
    throw new CommandError(`cannot list s3://${bucket}/${prefix}: ${s3Reason(error)}`, 1, { cause: error });
  }
  return found;
}

function objectAt(client: S3Client, bucket: string, key: string, sizeBytes: number): LogFileSource {
  const read = async (): Promise<Uint8Array> => {
    try {
      const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return await body!.transformToByteArray();
    } catch (error) {
      throw new Error(s3Reason(error), { cause: error });
    }
  };
  return { name: `s3://${bucket}/${key}`, sizeBytes, read };
}

function s3Reason(error: unknown): string {
  if (error instanceof S3ServiceException) return `${error.name}: ${error.message}`;
  return error instanceof Error ? error.message || error.name : String(error);
}
