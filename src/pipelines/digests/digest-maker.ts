// SPDX-License-Identifier: Apache-2.0
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  backfillTimeMetadata,
  type DigestDocument,
  type DigestedFile,
  type DigestHead,
  digestSignatureAlgorithm,
  parseDigest,
  toDigestTime,
} from '../../digest/digest-document.js';
import { toDigestKey } from '../../digest/digest-file-name.js';
import type { OutboxDisk } from '../delivery/outbox-disk.js';
import type { BookEntry, Books, Segment } from './books.js';
import {
  type DigestLine,
  lineIdOf,
  type PreviousDigest,
  previousMembers,
  wholeSecond,
} from './digest-line.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';
import {
  digestBytesName,
  digestStem,
  type SealedDigest,
  type SealedFacts,
  writeDigest,
} from './write-digest.js';

const gunzipped = promisify(gunzip);

export interface DigestMakerDependencies {
  readonly disk: OutboxDisk;
  readonly books: Books;
  readonly keys: Pick<SigningKeys, 'keyFor'>;
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** What the books say of a digest's files before they are listed. */
interface Summary {
  readonly oldestEventTime: string | null;
  readonly newestEventTime: string | null;
  readonly oldestDeliveryMs: number | undefined;
}

/** Makes digests of lines: each returns the line that knows of the digest, which is a fact once that line is saved. */
export class DigestMaker {
  readonly #deps: DigestMakerDependencies;

  constructor(deps: DigestMakerDependencies) {
    this.#deps = deps;
  }

  /** The digest of what was delivered from the last one's end until `endMs`. */
  async regular(line: DigestLine, endMs: number, segments: readonly Segment[]): Promise<DigestLine> {
    const span = { startMs: line.closedEndMs, endMs };
    const key = await this.#deps.keys.keyFor(line.region, span);
    const files = () => this.#deps.books.entries(segments);
    const head = {
      ...headOf(line, span, key, false),
      ...(await summarize(files())),
      ...previousMembers(line.previous),
    };
    const sealed = await this.#write(line, head, filesOf(files()), key, { endMs, metadata: {} });
    return {
      ...line,
      nextNumber: line.nextNumber + 1,
      closedEndMs: endMs,
      previous: toPrevious(sealed),
    };
  }

  /**
   * The digest of files whose own digest was made without them. Its time goes back to the oldest of them; its key has to
   * be found by the time at which it is made, which its metadata tells.
   * Source: AWS CLI, `customizations/cloudtrail/validation.py`, `_load_and_validate_digest`.
   */
  async backfill(
    line: DigestLine,
    endMs: number,
    segments: readonly Segment[],
    nowMs: number,
  ): Promise<DigestLine> {
    const files = () => this.#deps.books.entries(segments);
    const { oldestDeliveryMs, ...times } = await summarize(files());
    const startMs = wholeSecond(Math.min(oldestDeliveryMs ?? endMs, endMs));
    const key = await this.#deps.keys.keyFor(line.region, { startMs: nowMs, endMs: nowMs });
    const head = {
      ...headOf(line, { startMs, endMs }, key, true),
      ...times,
      ...previousMembers(line.previousBackfill),
    };
    const metadata = { [backfillTimeMetadata]: toDigestTime(nowMs) };
    const sealed = await this.#write(line, head, filesOf(files()), key, { endMs, metadata });
    return {
      ...line,
      nextNumber: line.nextNumber + 1,
      backfillEndMs: endMs,
      previousBackfill: toPrevious(sealed),
    };
  }

  /**
   * Digests that wait, made anew for where their line points now, each naming the new one before it. What they list and
   * when they end stays. They are in no bucket yet, so nobody ever saw them.
   */
  async readdressed(
    line: DigestLine,
    numbers: readonly number[],
    sealed: (number: number) => Promise<SealedDigest>,
  ): Promise<DigestLine> {
    const renamed = new Map<string, PreviousDigest>();
    let number = line.nextNumber;
    for (const old of numbers) {
      const before = await sealed(old);
      const after = await this.#again(line, old, number, before, renamed);
      renamed.set(`${before.bucket}/${before.key}`, toPrevious(after));
      number++;
    }
    return {
      ...line,
      waitingFrom: line.nextNumber,
      nextNumber: number,
      previous: latest(line.previous, renamed),
      previousBackfill: latest(line.previousBackfill, renamed),
    };
  }

  async #again(
    line: DigestLine,
    old: number,
    number: number,
    before: SealedDigest,
    renamed: ReadonlyMap<string, PreviousDigest>,
  ): Promise<SealedDigest> {
    const { disk, keys } = this.#deps;
    const lineId = lineIdOf(line.trailArn, line.accountId, line.region);
    const { logFiles, ...head } = await readDigest(disk, digestBytesName(digestStem(lineId, old)));
    const generated = before.metadata[backfillTimeMetadata];
    const span = { startMs: Date.parse(head.digestStartTime), endMs: before.endMs };
    const signedMs = generated === undefined ? undefined : Date.parse(generated);
    const key = await keys.keyFor(
      line.region,
      signedMs === undefined ? span : { startMs: signedMs, endMs: signedMs },
    );
    const previous = renamed.get(`${head.previousDigestS3Bucket}/${head.previousDigestS3Object}`);
    const next: DigestHead = {
      ...head,
      ...placeOf(line, before.endMs, generated !== undefined),
      digestPublicKeyFingerprint: key.fingerprint,
      ...(previous === undefined ? {} : previousMembers(previous)),
    };
    const metadata: Record<string, string> =
      generated === undefined ? {} : { [backfillTimeMetadata]: generated };
    return this.#write({ ...line, nextNumber: number }, next, eachOf(logFiles), key, {
      endMs: before.endMs,
      metadata,
    });
  }

  #write(
    line: DigestLine,
    head: DigestHead,
    files: AsyncIterable<DigestedFile>,
    key: SigningKey,
    { endMs, metadata }: { readonly endMs: number; readonly metadata: Readonly<Record<string, string>> },
  ): Promise<SealedDigest> {
    const { trailArn, trailCreatedAtMs, accountId, region, organizationId, bucket, prefix, kmsKeyArn } = line;
    const facts: SealedFacts = {
      trailArn,
      trailCreatedAtMs,
      accountId,
      region,
      bucket,
      prefix,
      key: head.digestS3Object,
      endMs,
      ...(organizationId === undefined ? {} : { organizationId }),
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    };
    const stem = digestStem(lineIdOf(trailArn, accountId, region), line.nextNumber);
    return writeDigest(this.#deps.disk, stem, head, files, { facts, key, metadata });
  }
}

function headOf(
  line: DigestLine,
  { startMs, endMs }: Span,
  key: SigningKey,
  isBackfill: boolean,
): Pick<
  DigestHead,
  | 'awsAccountId'
  | 'digestStartTime'
  | 'digestEndTime'
  | 'digestS3Bucket'
  | 'digestS3Object'
  | 'digestPublicKeyFingerprint'
  | 'digestSignatureAlgorithm'
> {
  return {
    awsAccountId: line.accountId,
    digestStartTime: toDigestTime(startMs),
    digestEndTime: toDigestTime(endMs),
    ...placeOf(line, endMs, isBackfill),
    digestPublicKeyFingerprint: key.fingerprint,
    digestSignatureAlgorithm,
  };
}

function placeOf(
  { accountId, bucket, homeRegion, organizationId, prefix, region, trailName }: DigestLine,
  endMs: number,
  isBackfill: boolean,
): Pick<DigestHead, 'digestS3Bucket' | 'digestS3Object'> {
  const folder = organizationId === undefined ? {} : { organizationId };
  const name = { prefix, ...folder, accountId, region, trailName, homeRegion, endMs, isBackfill };
  return { digestS3Bucket: bucket, digestS3Object: toDigestKey(name) };
}

function toPrevious({ bucket, key, contentSha256, signature }: SealedDigest): PreviousDigest {
  return { bucket, key, hashValue: contentSha256, signature };
}

function latest(
  previous: PreviousDigest | null,
  renamed: ReadonlyMap<string, PreviousDigest>,
): PreviousDigest | null {
  return (previous && renamed.get(`${previous.bucket}/${previous.key}`)) ?? previous;
}

/** Event times are text of one form, so they compare as text. */
async function summarize(entries: AsyncIterable<BookEntry>): Promise<Summary> {
  let oldestEventTime: string | null = null;
  let newestEventTime: string | null = null;
  let oldestDeliveryMs: number | undefined;
  for await (const { file, atMs } of entries) {
    if (oldestEventTime === null || file.oldestEventTime < oldestEventTime)
      oldestEventTime = file.oldestEventTime;
    if (newestEventTime === null || file.newestEventTime > newestEventTime)
      newestEventTime = file.newestEventTime;
    if (oldestDeliveryMs === undefined || atMs < oldestDeliveryMs) oldestDeliveryMs = atMs;
  }
  return { oldestEventTime, newestEventTime, oldestDeliveryMs };
}

async function* filesOf(entries: AsyncIterable<BookEntry>): AsyncGenerator<DigestedFile> {
  for await (const { file } of entries) yield file;
}

async function* eachOf(files: readonly DigestedFile[]): AsyncGenerator<DigestedFile> {
  yield* files;
}

async function readDigest(disk: OutboxDisk, name: string): Promise<DigestDocument> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of disk.stream(name)) chunks.push(chunk);
  const document = parseDigest((await gunzipped(Buffer.concat(chunks))).toString());
  if (document === undefined) throw new Error(`the finished digest ${name} is damaged`);
  return document;
}
