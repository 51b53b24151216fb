// SPDX-License-Identifier: Apache-2.0

import { type LogFileKind, toLogFileKey } from '../../digest/log-file-name.js';

/** What is known of one finished log file. Kept beside the bytes, under the same name with another ending. */
export interface Manifest {
  readonly version: 1;
  readonly flushId: number;
  readonly trailArn: string;
  /** Tells a trail from one that was made under the same ARN later. */
  readonly trailCreatedAtMs: number;
  /** The account that the trail belongs to, and the one whose events these are (another one in an organization). */
  readonly trailAccountId: string;
  readonly accountId: string;
  readonly region: string;
  /** Of an organization trail, when the records were made: its files are in a folder of the organization. */
  readonly organizationId?: string;
  /** `CloudTrail` when absent. */
  readonly kind?: LogFileKind;
  readonly bucket: string;
  readonly key: string;
  /** The parts of the key that are not named elsewhere here. */
  readonly prefix: string;
  readonly unique: string;
  readonly sizeBytes: number;
  /** SHA-256 of the file as it is uploaded, hex. */
  readonly sha256: string;
  /** SHA-256 of the text in it, hex: what a digest lists as the file's `hashValue`. */
  readonly contentSha256: string;
  readonly eventCount: number;
  /** The eventTime of the oldest and the newest event, as the records have it. */
  readonly oldestEventTime: string;
  readonly newestEventTime: string;
  /** When the file was finished, ms since the epoch: the time in its key. */
  readonly finishedAtMs: number;
  /** The KMS key that the trail had when its records were made; absent: SSE-S3. */
  readonly kmsKeyArn?: string;
  /** The topic that the trail had then: it is told of the file when the trail itself is gone. */
  readonly snsTopicArn?: string;
  /** Log file validation was on when its records were made: a digest has to list the file. */
  readonly hasDigests?: boolean;
  /** The file is in its bucket since then and waits for nothing but its notice. ms since the epoch. */
  readonly deliveredAtMs?: number;
}

/** Where a file goes, and under which key. */
export type Address = Pick<Manifest, 'bucket' | 'prefix' | 'unique'> & {
  readonly kmsKeyArn: string | undefined;
};

/** The manifest with another address (`key` follows from the others). A KMS key of undefined takes it away. */
export function addressed(manifest: Manifest, change: Partial<Address>): Manifest {
  const { kmsKeyArn, ...rest } = { ...manifest, ...change };
  const { kind, organizationId, accountId, region, prefix, unique, finishedAtMs: stampMs } = rest;
  const folder = organizationId === undefined ? {} : { organizationId };
  const name = { prefix, ...folder, accountId, region, stampMs, unique };
  const key = toLogFileKey(kind === undefined ? name : { ...name, kind });
  return { ...rest, key, ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) };
}

export function isSameAddress(one: Manifest, other: Manifest): boolean {
  return one.bucket === other.bucket && one.key === other.key && one.kmsKeyArn === other.kmsKeyArn;
}

/** `000000000042-000003`: flush 42, its fourth file. Names sort in the order in which files were finished. */
export function outboxName(flushId: number, index: number): string {
  return `${String(flushId).padStart(12, '0')}-${String(index).padStart(6, '0')}`;
}

const nameForm = /^(?<flush>\d{12,})-\d{6,}\.(?<ending>json\.gz|manifest)$/;

/** What a file name in the outbox says; undefined for names that are not of a finished file. */
export function parseOutboxName(
  name: string,
): { stem: string; flushId: number; isManifest: boolean } | undefined {
  const parts = nameForm.exec(name)?.groups;
  if (parts === undefined) return undefined;
  const ending = parts.ending as string;
  return {
    stem: name.slice(0, -ending.length - 1),
    flushId: Number(parts.flush),
    isManifest: ending === 'manifest',
  };
}

export const bytesName = (stem: string): string => `${stem}.json.gz`;
export const manifestName = (stem: string): string => `${stem}.manifest`;

export function parseManifest(text: string): Manifest {
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.version !== 1)
    throw new Error(
      `a manifest of version ${String(manifest.version)}: this outbox was written by a newer Cairn`,
    );
  return manifest;
}
