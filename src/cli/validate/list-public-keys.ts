// SPDX-License-Identifier: Apache-2.0
import { type ListedKey, PublicKeyError } from '../../digest/verify-keys.js';
import { CommandError } from '../command-error.js';
import { type AwsConnection, AwsRequests, awsDomain } from './aws-requests.js';
import { networkReason } from './s3-reader.js';

const couldNotCheck = 2;
const answerBytesMax = 8 * 1024 ** 2;

/**
 * The keys that signed digests of a Region in a time, from CloudTrail's own API. Throws CommandError (exit code 2).
 * @param env `AWS_ENDPOINT_URL_CLOUDTRAIL` counts, as for the AWS command line
 */
export async function listPublicKeys(
  connection: AwsConnection,
  region: string,
  span: { readonly fromMs: number; readonly toMs: number },
  env: Readonly<Record<string, string | undefined>>,
): Promise<ListedKey[]> {
  const call = new CloudTrailCall(connection, region, env);
  try {
    const keys: ListedKey[] = [];
    let token: string | undefined;
    do {
      const answer = (await call.send('ListPublicKeys', {
        StartTime: Math.floor(span.fromMs / 1_000),
        EndTime: Math.ceil(span.toMs / 1_000),
        ...(token === undefined ? {} : { NextToken: token }),
      })) as { PublicKeyList?: unknown; NextToken?: string };
      keys.push(...readKeyList(answer.PublicKeyList, region));
      token = answer.NextToken || undefined;
    } while (token !== undefined);
    return keys;
  } finally {
    call.close();
  }
}

/** The Regions of an endpoint's trails and where they deliver. Throws CommandError. */
export async function describeTrails(
  connection: AwsConnection,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ bucket: string; prefix: string }[]> {
  const call = new CloudTrailCall(connection, connection.region, env);
  try {
    const { trailList } = (await call.send('DescribeTrails', {})) as { trailList?: unknown };
    if (!Array.isArray(trailList)) return [];
    return trailList.flatMap((trail: { S3BucketName?: unknown; S3KeyPrefix?: unknown }) => {
      const { S3BucketName: bucket, S3KeyPrefix: prefix } = trail;
      if (typeof bucket !== 'string') return [];
      return [
        { bucket, prefix: typeof prefix === 'string' && prefix !== '' ? `${prefix}/AWSLogs/` : 'AWSLogs/' },
      ];
    });
  } finally {
    call.close();
  }
}

class CloudTrailCall {
  readonly #requests: AwsRequests;
  readonly #origin: string;
  readonly #region: string;

  constructor(connection: AwsConnection, region: string, env: Readonly<Record<string, string | undefined>>) {
    this.#requests = new AwsRequests(connection, 1);
    const given = env.AWS_ENDPOINT_URL_CLOUDTRAIL || env.AWS_ENDPOINT_URL || connection.endpoint;
    this.#origin = given ? new URL(given).origin : `https://cloudtrail.${region}.${awsDomain(region)}`;
    this.#region = region;
  }

  async send(operation: string, input: object): Promise<unknown> {
    const fail = (reason: string, cause?: unknown): CommandError =>
      new CommandError(`${operation} of ${this.#origin} in ${this.#region}: ${reason}`, couldNotCheck, {
        cause,
      });
    const request = {
      service: 'cloudtrail',
      method: 'POST',
      region: this.#region,
      origin: this.#origin,
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.${operation}`,
      },
      body: JSON.stringify(input),
    } as const;
    const answer = await this.#requests.send(request, answerBytesMax).catch((error: unknown) => {
      throw fail(networkReason(error), error);
    });
    let document: { __type?: unknown; message?: unknown; Message?: unknown };
    try {
      document = JSON.parse(answer.body.toString('utf8')) as typeof document;
    } catch (cause) {
      throw fail(`it answered ${answer.status} with something that is not JSON`, cause);
    }
    if (answer.status === 200) return document;
    throw fail(
      `${String(document.__type ?? answer.status)}: ${String(document.message ?? document.Message ?? '')}`,
    );
  }

  close(): void {
    this.#requests.close();
  }
}

/** Keys as the API and `aws cloudtrail list-public-keys` give them. Throws PublicKeyError for what is no list of keys. */
export function readKeyList(list: unknown, region?: string): ListedKey[] {
  if (!Array.isArray(list)) throw new PublicKeyError('there is no list of public keys');
  return list.map((entry: Record<string, unknown>) => {
    const { Fingerprint: fingerprint, Value: value } = entry ?? {};
    if (typeof fingerprint !== 'string' || typeof value !== 'string')
      throw new PublicKeyError('a key without Fingerprint and Value');
    const validFromMs = toTimeMs(entry.ValidityStartTime);
    const validToMs = toTimeMs(entry.ValidityEndTime);
    const keyRegion = typeof entry.Region === 'string' ? entry.Region : region;
    return {
      fingerprint,
      value: Buffer.from(value, 'base64'),
      ...(validFromMs === undefined ? {} : { validFromMs }),
      ...(validToMs === undefined ? {} : { validToMs }),
      ...(keyRegion === undefined ? {} : { region: keyRegion }),
    };
  });
}

/** Seconds since the epoch (as number, or as text in the guide's samples), or ISO 8601. */
function toTimeMs(value: unknown): number | undefined {
  if (typeof value === 'number') return value * 1_000;
  if (typeof value !== 'string' || value === '') return undefined;
  const timeMs = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1_000 : Date.parse(value);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
