// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  type DigestDocument,
  type DigestedFile,
  digestHashAlgorithm,
  digestSignatureAlgorithm,
  toDigestTime,
} from '../../../digest/digest-document.js';
import { toDigestKey } from '../../../digest/digest-file-name.js';
import { publicKeyFingerprint, signText } from '../../../digest/digest-signature.js';
import { toLogFileKey } from '../../../digest/log-file-name.js';
import { signedText } from '../../../digest/signed-text.js';
import type { ListedKey } from '../../../digest/verify-keys.js';

export interface MadeObject {
  readonly bytes: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Objects of one bucket, by key. */
export type MadeBucket = Map<string, MadeObject>;

export interface SigningPair {
  readonly privateKey: KeyObject;
  readonly listed: ListedKey;
}

export function makeSigningPair(region?: string): SigningPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const value = publicKey.export({ format: 'der', type: 'pkcs1' });
  const listed = { fingerprint: publicKeyFingerprint(value), value, ...(region ? { region } : {}) };
  return { privateKey, listed };
}

export interface MadeDigest {
  readonly key: string;
  readonly document: DigestDocument;
  readonly content: Buffer;
  readonly sha256: string;
  readonly signature: string;
}

export interface TrailPlan {
  readonly bucket: string;
  readonly prefix?: string;
  readonly organizationId?: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly homeRegion?: string;
  readonly trailName?: string;
  readonly pair: SigningPair;
  readonly intervalMs?: number;
  readonly recordsPerFile?: number;
}

/** Writes what CloudTrail would deliver, hour by hour, into a map of objects. */
export class MadeTrail {
  readonly objects: MadeBucket;
  readonly digests: MadeDigest[] = [];
  readonly logKeys: string[] = [];
  readonly #plan: Required<Omit<TrailPlan, 'prefix' | 'organizationId'>> &
    Pick<TrailPlan, 'prefix' | 'organizationId'>;
  #atMs: number;
  #count = 0;

  constructor(plan: TrailPlan, startMs: number, objects: MadeBucket = new Map()) {
    this.objects = objects;
    this.#plan = {
      accountId: '111122223333',
      region: 'us-east-1',
      homeRegion: plan.region ?? 'us-east-1',
      trailName: 'audit',
      intervalMs: 3_600_000,
      recordsPerFile: 3,
      ...plan,
    };
    this.#atMs = startMs;
  }

  get nowMs(): number {
    return this.#atMs;
  }

  /** Time passes without digests. */
  skip(ms: number): void {
    this.#atMs += ms;
  }

  /** One interval with so many log files, ended by its digest. */
  interval(files: number, options: { records?: readonly object[]; isStart?: boolean } = {}): MadeDigest {
    const startMs = this.#atMs;
    this.#atMs += this.#plan.intervalMs;
    const listed = Array.from({ length: files }, (_, index) => {
      const stampMs = startMs + Math.floor((index * this.#plan.intervalMs) / (files + 1));
      return this.logFile(stampMs, index === files - 1 ? options.records : undefined);
    });
    return this.digest(startMs, this.#atMs, listed, {
      isStart: options.isStart ?? this.digests.length === 0,
    });
  }

  /** A delivered log file; nothing lists it yet. */
  logFile(stampMs: number, records: readonly object[] = []): DigestedFile {
    const { accountId, region, bucket } = this.#plan;
    const unique = String(this.#count++).padStart(16, 'A');
    const key = toLogFileKey({ ...this.#named(), accountId, region, stampMs, unique });
    const filler = Array.from({ length: this.#plan.recordsPerFile }, (_, index) => ({
      eventVersion: '1.11',
      eventID: `${unique}-${index}`,
      eventTime: new Date(stampMs).toISOString(),
      eventSource: 'ec2.amazonaws.com',
      eventName: 'DescribeInstances',
      awsRegion: region,
      recipientAccountId: accountId,
      userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${accountId}:user/alice` },
    }));
    const content = JSON.stringify({ Records: [...filler, ...records] });
    this.objects.set(key, { bytes: gzipSync(content), metadata: {} });
    this.logKeys.push(key);
    const time = toDigestTime(stampMs);
    return {
      s3Bucket: bucket,
      s3Object: key,
      hashValue: createHash('sha256').update(content).digest('hex'),
      hashAlgorithm: digestHashAlgorithm,
      newestEventTime: time,
      oldestEventTime: time,
    };
  }

  digest(
    startMs: number,
    endMs: number,
    logFiles: readonly DigestedFile[],
    {
      isStart = false,
      isBackfill = false,
      previous = this.digests.at(-1),
    }: {
      isStart?: boolean;
      isBackfill?: boolean;
      previous?: MadeDigest | undefined;
    } = {},
  ): MadeDigest {
    const { accountId, region, trailName, homeRegion, bucket, pair } = this.#plan;
    const key = toDigestKey({
      ...this.#named(),
      accountId,
      region,
      trailName,
      homeRegion,
      endMs,
      isBackfill,
    });
    const before = isStart || isBackfill ? undefined : previous;
    const head = {
      awsAccountId: accountId,
      digestStartTime: toDigestTime(startMs),
      digestEndTime: toDigestTime(endMs),
      digestS3Bucket: bucket,
      digestS3Object: key,
      digestPublicKeyFingerprint: pair.listed.fingerprint,
      digestSignatureAlgorithm,
      newestEventTime: logFiles.at(-1)?.newestEventTime ?? null,
      oldestEventTime: logFiles[0]?.oldestEventTime ?? null,
      previousDigestS3Bucket: before === undefined ? null : bucket,
      previousDigestS3Object: before?.key ?? null,
      previousDigestHashValue: before?.sha256 ?? null,
      previousDigestHashAlgorithm: before === undefined ? null : digestHashAlgorithm,
      previousDigestSignature: before?.signature ?? null,
    };
    return this.put({ ...head, logFiles }, pair, isBackfill);
  }

  /** Signs a document and puts it where it says that it is. */
  put(document: DigestDocument, pair = this.#plan.pair, isBackfill = false): MadeDigest {
    const content = Buffer.from(JSON.stringify(document));
    const sha256 = createHash('sha256').update(content).digest('hex');
    const signature = signText(signedText(document, sha256), pair.privateKey);
    const metadata = {
      signature,
      'signature-algorithm': digestSignatureAlgorithm,
      ...(isBackfill ? { 'backfill-generation-timestamp': document.digestEndTime } : {}),
    };
    const key = document.digestS3Object;
    this.objects.set(key, { bytes: gzipSync(content), metadata });
    const made = { key, document, content, sha256, signature };
    if (!isBackfill) this.digests.push(made);
    return made;
  }

  #named(): { prefix?: string; organizationId?: string } {
    const { prefix, organizationId } = this.#plan;
    return { ...(prefix ? { prefix } : {}), ...(organizationId ? { organizationId } : {}) };
  }
}
