// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import { athenaFacts } from '../../athena/query-execution.js';
import { resultColumns } from '../../athena/results/column-info.js';
import { textRow } from '../../athena/results/result-csv.js';
import { resultMetadata } from '../../athena/results/result-metadata.js';
import { parseS3Location } from '../../athena/s3-location.js';
import { answeredKind, hasNoColumns, type StatementKind, writesCsv } from '../../athena/statement-kind.js';
import type { ResultSettings } from '../../athena/work-group.js';
import {
  type CallerObjects,
  ObjectRefusedError,
  type ObjectsCaller,
  type WrittenObject,
} from '../../query/jobs/caller-objects.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import { QueryError } from '../../query/query-error.js';
import type { QueryResult } from '../../query/results/query-results.js';
import { csvRows } from '../../query/results/quoted-csv.js';

/**
 * Writes the result and its `.metadata` to the output location, as the caller. The same bytes under the same keys each time:
 * safe to repeat. Throws QueryError in Athena's words.
 */
export async function deliverResult(
  job: QueryJob,
  caller: ObjectsCaller,
  result: QueryResult,
  objects: CallerObjects,
): Promise<void> {
  const { result: settings, kind: told } = athenaFacts(job);
  const place = parseS3Location(settings?.OutputLocation ?? '');
  if (settings === undefined || place === undefined) return;
  const kind = answeredKind(told, result.columns);
  const put = async (key: string, body: Readable | Uint8Array, size: number) => {
    try {
      await objects.put(caller, place.bucket, key, { body, size, ...settingsOf(settings, kind) });
    } catch (error) {
      throw error instanceof ObjectRefusedError ? refused(error, `s3://${place.bucket}/${key}`) : error;
    }
  };
  const size = await sizeOf(result, kind);
  await put(place.prefix, Readable.from(pieces(result, kind)), size);
  if (result.columns.length === 0 && !hasNoColumns(kind)) return;
  const metadata = resultMetadata(job.id, resultColumns(kind, result.columns));
  await put(`${place.prefix}.metadata`, metadata, metadata.length);
}

/** S3 hashes a piece at once: between two of them others have their turn. */
const hashedBytesMax = 128 * 1024;

async function* pieces(result: QueryResult, kind: StatementKind): AsyncGenerator<Uint8Array> {
  if (writesCsv(kind)) {
    yield csvHead(result);
    yield* csvLines(result);
    return;
  }
  let isFirst = true;
  if (kind.subtype === 'EXPLAIN' && result.columns.length > 0) {
    yield Buffer.from(result.columns.map(({ name }) => name).join('\t'));
    isFirst = false;
  }
  for await (const rows of result.pieces()) {
    if (rows.length === 0) continue;
    yield Buffer.from(`${isFirst ? '' : '\n'}${rows.map(textRow).join('\n')}`);
    isFirst = false;
  }
}

function csvHead({ columns }: QueryResult): Buffer {
  return Buffer.from(csvRows([columns.map(({ name }) => name)]));
}

async function* csvLines(result: QueryResult): AsyncGenerator<Uint8Array> {
  if (result.csv?.pieces === undefined) {
    for await (const rows of result.pieces()) yield Buffer.from(csvRows(rows));
    return;
  }
  for (const piece of result.csv.pieces)
    for (let at = 0; at < piece.length; at += hashedBytesMax) yield piece.subarray(at, at + hashedBytesMax);
}

/** S3 wants to know how much comes. Where nobody has counted it is made once for that alone. */
async function sizeOf(result: QueryResult, kind: StatementKind): Promise<number> {
  if (writesCsv(kind) && result.csv !== undefined) return csvHead(result).length + result.csv.bytes;
  return byteCount(pieces(result, kind));
}

async function byteCount(source: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const piece of source) bytes += piece.length;
  return bytes;
}

function settingsOf(settings: ResultSettings, kind: StatementKind): Omit<WrittenObject, 'body' | 'size'> {
  const encryption = settings.EncryptionConfiguration;
  return {
    contentType: contentType(kind),
    ...(encryption === undefined
      ? {}
      : {
          encryption:
            encryption.EncryptionOption === 'SSE_S3'
              ? { kind: 'SSE_S3' as const }
              : {
                  kind: 'SSE_KMS' as const,
                  ...(encryption.KmsKey === undefined ? {} : { keyId: encryption.KmsKey }),
                },
        }),
    ...(settings.AclConfiguration === undefined ? {} : { acl: 'bucket-owner-full-control' as const }),
    ...(settings.ExpectedBucketOwner === undefined
      ? {}
      : { expectedBucketOwner: settings.ExpectedBucketOwner }),
  };
}

/** Source: objects that Athena wrote: what its engine plans is one, what its catalog answers the other. */
function contentType(kind: StatementKind): string {
  const { type, subtype } = kind;
  const isPlanned =
    type === 'DML' || subtype === 'DESCRIBE_TABLE' || subtype === 'SHOW_CREATE_TABLE' || hasNoColumns(kind);
  return isPlanned ? 'application/octet-stream' : 'binary/octet-stream';
}

function refused(error: ObjectRefusedError, url: string): QueryError {
  const how = { cause: error };
  if (error.code === 'NoSuchBucket')
    return new QueryError('INVALID_VALUE', `Unable to verify/create output bucket ${url.split('/')[2]}`, how);
  if (error.code === 'AccessDenied' || error.code.startsWith('KMS'))
    return new QueryError(
      'ACCESS_DENIED',
      `Access denied when writing output to url: ${url} . Please ensure you are allowed to access the S3 bucket. If you are encrypting query results with KMS key, please ensure you are allowed to access your KMS key`,
      how,
    );
  return new QueryError(
    'INVALID_VALUE',
    `Query results could not be written to ${url}: ${error.code}: ${error.message}`,
    how,
  );
}

/** The reason of a statement of the catalog that failed, where its result would be. What cannot be written is left. */
export async function deliverFailure(
  job: QueryJob,
  caller: ObjectsCaller,
  message: string,
  objects: CallerObjects,
): Promise<void> {
  const { result: settings, kind } = athenaFacts(job);
  const place = parseS3Location(settings?.OutputLocation ?? '');
  if (settings === undefined || place === undefined || writesCsv(kind)) return;
  const body = Buffer.from(message);
  const contentOf = { ...settingsOf(settings, kind), contentType: 'application/octet-stream' };
  await objects
    .put(caller, place.bucket, place.prefix, { body, size: body.length, ...contentOf })
    .catch((error: unknown) => {
      if (!(error instanceof ObjectRefusedError)) throw error;
    });
}
