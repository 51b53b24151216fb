// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { topLevelString } from '../../trails/top-level-string.js';
import { addressed, bytesName, type Manifest, manifestName } from './manifest.js';
import type { OutboxDisk } from './outbox-disk.js';
import type { RecordBuffer } from './record-buffers.js';

/** Text handed to gzip at a time. */
const pieceCharacters = 64 * 1024;

export interface FileIdentity {
  readonly stem: string;
  readonly flushId: number;
  readonly stampMs: number;
  readonly unique: string;
}

/**
 * Writes the finished bytes of one log file and its manifest, both durable under their final names (the folder is
 * synced once by the caller). A crash leaves at worst bytes without a manifest.
 */
export async function writeLogFile(
  disk: OutboxDisk,
  buffer: RecordBuffer,
  identity: FileIdentity,
): Promise<Manifest> {
  const written = await writeBytes(disk, bytesName(identity.stem), buffer.records);
  const manifest = toManifest(buffer, identity, written);
  const temporary = `${manifestName(identity.stem)}.tmp`;
  const file = await disk.create(temporary);
  try {
    await file.write(Buffer.from(JSON.stringify(manifest)));
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, manifestName(identity.stem));
  return manifest;
}

type WrittenFacts = Pick<Manifest, 'sizeBytes' | 'sha256' | 'contentSha256'>;

async function writeBytes(disk: OutboxDisk, name: string, records: readonly string[]): Promise<WrittenFacts> {
  const [hash, contentHash] = [createHash('sha256'), createHash('sha256')];
  let sizeBytes = 0;
  const file = await disk.create(name);
  try {
    await pipeline(
      hashed(pieces(records), contentHash),
      createGzip(),
      async (compressed: AsyncIterable<Uint8Array>) => {
        for await (const chunk of compressed) {
          await file.write(chunk);
          hash.update(chunk);
          sizeBytes += chunk.length;
        }
      },
    );
    await file.sync();
  } finally {
    await file.close();
  }
  return { sizeBytes, sha256: hash.digest('hex'), contentSha256: contentHash.digest('hex') };
}

function* hashed(chunks: Iterable<Buffer>, hash: Hash): Generator<Buffer> {
  for (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** `{"Records":[…]}`, in pieces. */
function* pieces(records: readonly string[]): Generator<Buffer> {
  let piece = '{"Records":[';
  for (const [index, record] of records.entries()) {
    piece += index === 0 ? record : `,${record}`;
    if (piece.length >= pieceCharacters) {
      yield Buffer.from(piece);
      piece = '';
    }
  }
  yield Buffer.from(`${piece}]}`);
}

function toManifest(buffer: RecordBuffer, identity: FileIdentity, written: WrittenFacts): Manifest {
  const { route, kind, accountId, region, records } = buffer;
  const times = records.flatMap((record) => topLevelString(record, 'eventTime') ?? []).sort();
  const stamp = `${new Date(identity.stampMs).toISOString().slice(0, 19)}Z`;
  const manifest: Manifest = {
    version: 1,
    flushId: identity.flushId,
    trailArn: route.arn,
    trailCreatedAtMs: route.createdAtMs,
    trailAccountId: route.accountId,
    accountId,
    region,
    ...(route.organizationId === undefined ? {} : { organizationId: route.organizationId }),
    ...(kind === undefined ? {} : { kind }),
    bucket: route.bucket,
    key: '',
    prefix: route.prefix ?? '',
    unique: identity.unique,
    ...written,
    eventCount: records.length,
    oldestEventTime: times[0] ?? stamp,
    newestEventTime: times.at(-1) ?? stamp,
    finishedAtMs: identity.stampMs,
    ...(route.kmsKeyArn === undefined ? {} : { kmsKeyArn: route.kmsKeyArn }),
    ...(route.snsTopicArn === undefined ? {} : { snsTopicArn: route.snsTopicArn }),
    ...(route.hasDigests === true ? { hasDigests: true } : {}),
  };
  return addressed(manifest, {});
}
