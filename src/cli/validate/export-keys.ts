// SPDX-License-Identifier: Apache-2.0
import { signatureMetadata } from '../../digest/digest-document.js';
import { PublicKeys } from '../../digest/verify-keys.js';
import { placeDigest } from '../../digest/verify-place.js';
import type { S3Address } from '../s3-address.js';
import type { AwsConnection } from './aws-requests.js';
import { type ChainFiles, type ListedDigest, takeInventory } from './inventory.js';
import { type KeysFile, toKeysFile } from './keys-file.js';
import { describeTrails, listPublicKeys } from './list-public-keys.js';
import { S3Reader } from './s3-reader.js';
import { openS3Source } from './s3-source.js';
import type { TimeRange } from './validation-context.js';

/** Signatures of digests from this far back are exported when nobody says how far. */
const defaultBackMs = 7 * 86_400_000;
const requestsAtATime = 32;

/** CloudTrail began in November 2013: nothing is older. */
const firstDigestMs = Date.parse('2013-11-01T00:00:00Z');

export interface ExportRequest {
  readonly connection: AwsConnection;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Undefined: the places of all trails that the endpoint has. */
  readonly address: S3Address | undefined;
  readonly range: TimeRange;
  readonly nowMs: number;
  /** What could not be read and is not in the file for it. */
  readonly onNote: (line: string) => void;
}

/**
 * All public keys of the Regions in which digests were found (and of the connection's own), and signatures of digests.
 *
 * A digest's signature stands in the metadata of its object and in the digest after it. Copies on a disk lose metadata, so
 * there the last digest of each chain would stay unsigned: its signature goes into this file. Exported are those of all
 * digests in the range (by default the last seven days), and those of each chain's newest digest and of backfill digests
 * whatever their age.
 */
export async function exportKeys(request: ExportRequest): Promise<KeysFile> {
  const { connection, nowMs } = request;
  const chains = await findChains(request);
  const regions = new Set([connection.region, ...chains.map(({ chain }) => chain.name.region)]);
  const keys = new PublicKeys();
  const span = { fromMs: firstDigestMs, toMs: nowMs };
  for (const region of [...regions].sort())
    for (const key of await listPublicKeys(connection, region, span, request.env)) keys.add(key);
  const signatures = await readSignatures(request, chains);
  const source = connection.endpoint ?? 'AWS';
  return toKeysFile(keys.all(), signatures, { source, exportedAt: new Date(nowMs).toISOString() });
}

interface ChainInBucket {
  readonly bucket: string;
  readonly chain: ChainFiles;
}

async function findChains(request: ExportRequest): Promise<ChainInBucket[]> {
  const { connection, env, address, onNote } = request;
  const places =
    address === undefined
      ? (await describeTrails(connection, env)).map(({ bucket, prefix }) => ({ bucket, prefix }))
      : [address];
  const chains = new Map<string, ChainInBucket>();
  for (const { bucket, prefix } of places) {
    try {
      const inventory = await takeInventory(openS3Source(connection, { bucket, prefix }));
      for (const chain of inventory.chains) chains.set(`${bucket}|${chain.id}`, { bucket, chain });
    } catch (error) {
      if (address !== undefined) throw error;
      onNote(`signatures of the digests in ${bucket} are left out: ${(error as Error).message}`);
    }
  }
  return [...chains.values()];
}

async function readSignatures(
  { connection, range, nowMs, onNote }: ExportRequest,
  chains: readonly ChainInBucket[],
): Promise<Map<string, string>> {
  const fromMs = range.fromMs ?? nowMs - defaultBackMs;
  const wanted = chains.flatMap(({ bucket, chain }) =>
    digestsToExport(chain, fromMs, range.toMs).map(({ path }) => ({ bucket, path })),
  );
  const signatures = new Map<string, string>();
  const reader = new S3Reader(connection, requestsAtATime);
  const readOn = async (): Promise<void> => {
    for (let place = wanted.shift(); place !== undefined; place = wanted.shift()) {
      try {
        const signature = (await reader.metadataOf(place))[signatureMetadata];
        if (signature !== undefined) signatures.set(`${place.bucket}/${place.path}`, signature);
      } catch (error) {
        onNote(
          `the signature of s3://${place.bucket}/${place.path} is left out: ${(error as Error).message}`,
        );
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: requestsAtATime }, readOn));
  } finally {
    reader.close();
  }
  return signatures;
}

function digestsToExport(
  { digests, backfills }: ChainFiles,
  fromMs: number,
  toMs: number | undefined,
): ListedDigest[] {
  const isIn = ({ name }: ListedDigest): boolean =>
    name.endMs >= fromMs && (toMs === undefined || name.endMs <= toMs);
  const newest = digests.at(-1);
  const found = digests.filter((digest) => isIn(digest) || digest === newest);
  return [...found, ...backfills].filter(({ path }) => placeDigest(path) !== undefined);
}
