// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  type DeliveryStatus,
  type LakeQueryFacts,
  parseDeliveryUri,
  resultFolderKey,
} from '../../event-data-stores/lake-query.js';
import type { Clock } from '../../ports/clock.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import type { QueryResult } from '../../query/results/query-results.js';
import type { LogDestination, LogFileUpload, UploadOutcome } from '../delivery/log-destination.js';
import type { SigningKeys } from '../digests/signing-keys.js';
import { type CsvFile, csvFiles } from './csv-files.js';
import { deliveryTriesMax, deliveryWaitMsMin, resultFileBytesMax } from './limits.js';
import { resultFileName, type SignedFile, signFile, signFileName } from './sign-file.js';

export interface ResultDeliveryDependencies {
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly keys: Pick<SigningKeys, 'keyFor'>;
  /** Cairn's own buckets, asked whether CloudTrail may write results there. */
  readonly own: LogDestination;
  readonly foreign: LogDestination;
  /** Instead of `resultFileBytesMax`, for tests. */
  readonly fileBytesMax?: number;
}

const dayMs = 86_400_000;

/** Not a CSV text in gzip encoding: clients would decode it, and what they then hold has another hash. */
const gzip = { type: 'application/gzip' } as const;
const json = { type: 'application/json' } as const;

/**
 * Brings a result to the bucket that its query names, then the sign file. Safe to repeat: what lies there already is what
 * an earlier try has delivered, the sign file is the last of it, and none of it is ever rewritten.
 */
export async function deliverResults(
  job: QueryJob,
  { stores, deliveryS3Uri = '', bucketIsForeign }: LakeQueryFacts,
  result: QueryResult,
  deps: ResultDeliveryDependencies,
): Promise<DeliveryStatus> {
  const place = parseDeliveryUri(deliveryS3Uri);
  const [source] = stores;
  if (place === undefined || source === undefined) return 'FAILED';
  const destination = bucketIsForeign === true ? deps.foreign : deps.own;
  const folder = resultFolderKey(place.prefix, job);
  const upload = (name: string, file: CsvFile, content: LogFileUpload['content']): LogFileUpload => ({
    trailArn: source,
    accountId: job.accountId,
    bucket: place.bucket,
    prefix: place.prefix,
    key: `${folder}/${name}`,
    sizeBytes: file.bytes.length,
    sha256: file.sha256,
    ...(content === undefined ? {} : { content }),
    open: () => once(file.bytes),
  });
  const delivered: SignedFile[] = [];
  for await (const file of csvFiles(result, deps.fileBytesMax ?? resultFileBytesMax)) {
    const fileName = resultFileName(delivered.length + 1);
    const outcome = await put(destination, upload(fileName, file, gzip), deps.log);
    if (outcome.kind === 'refused' || outcome.kind === 'failed') return failedStatus(outcome);
    // Of another try, over another result: the sign file vouches for what is there.
    const there = outcome.kind === 'exists' && outcome.sha256 !== '' ? outcome.sha256 : file.sha256;
    delivered.push({ fileName, fileHashValue: there });
  }
  const text = Buffer.from(await signed(delivered, job, deps));
  const signing = { bytes: text, sha256: createHash('sha256').update(text).digest('hex') };
  const outcome = await put(destination, upload(signFileName, signing, json), deps.log);
  if (outcome.kind === 'refused' || outcome.kind === 'failed')
    return failedStatus(outcome) === 'ACCESS_DENIED' ? 'ACCESS_DENIED_SIGNING_FILE' : 'FAILED_SIGNING_FILE';
  return 'SUCCESS';
}

async function signed(
  files: readonly SignedFile[],
  { region }: QueryJob,
  { clock, keys }: ResultDeliveryDependencies,
): Promise<string> {
  const completedAtMs = clock.now();
  // Valid from a day before, so that a digest of the hours before finds a key as well.
  const key = await keys.keyFor(region, { startMs: completedAtMs - dayMs, endMs: completedAtMs });
  return signFile(files, { region, completedAtMs, key });
}

type PutOutcome = UploadOutcome | { readonly kind: 'failed' };

/** A destination that does not answer is asked again; what it then says of the earlier try is the answer. */
async function put(
  destination: LogDestination,
  upload: LogFileUpload,
  log: OperatorLog,
): Promise<PutOutcome> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await destination.put(upload, new AbortController().signal);
    } catch (err) {
      if (tries >= deliveryTriesMax) {
        log.error({ err, key: upload.key }, 'a query result could not be delivered');
        return { kind: 'failed' };
      }
      await setTimeout(deliveryWaitMsMin * 2 ** (tries - 1));
    }
  }
}

function failedStatus(outcome: PutOutcome): DeliveryStatus {
  if (outcome.kind !== 'refused') return 'FAILED';
  if (outcome.code === 'NoSuchBucket') return 'RESOURCE_NOT_FOUND';
  return outcome.code === 'AccessDenied' ? 'ACCESS_DENIED' : 'FAILED';
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
