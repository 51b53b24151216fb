// SPDX-License-Identifier: Apache-2.0
import type { DigestDocument } from '../../digest/digest-document.js';
import { intervalOf, isTailOld } from '../../digest/verify-chain.js';
import { isOriginalPlace, type SuccessorClaim } from '../../digest/verify-digest.js';
import { placeDigest } from '../../digest/verify-place.js';
import { type AssessedDigest, assessDigest } from './assess-digest.js';
import { ChainLinks, type Seen } from './chain-links.js';
import type { CheckedFile } from './check-file.js';
import { compareWithExport } from './compare-with-export.js';
import { DigestReads, type Fetched, originOf, seenBeyond } from './digest-reads.js';
import type { ChainFiles, ListedDigest } from './inventory.js';
import { LogChecks } from './log-checks.js';
import type { RememberedHead } from './remembered-heads.js';
import { type ChainReport, type DigestCounts, newDigestCounts, newLogFileCounts } from './report.js';
import { stopCallAgeMsMax, type ValidationContext } from './validation-context.js';
import type { VerifiedDigest } from './verified-files.js';

/** Digests read ahead of the one that is being judged. */
const digestsAheadMax = 8;

/** Newest digests that are looked at for where the chain comes from, while they cannot be understood. */
const originTriesMax = 5;

/** The usual interval of the newest ones counts: it may have been set anew. */
const intervalDigests = 48;

export const hourMs = 3_600_000;

export interface ValidatedChain {
  readonly chain: ChainFiles;
  readonly report: ChainReport;
  readonly links: ChainLinks;
  readonly intervalMs: number;
  /** The newest digest is older than it may be: where it lies and when it ended. */
  readonly oldTail: { readonly place: string; readonly endMs: number } | undefined;
  /** The newest proven digest. */
  readonly head: RememberedHead | undefined;
  readonly memoryKey: string | undefined;
  readonly remembered: RememberedHead | undefined;
  /** Digests that are there and were not read, for they are out of the range. */
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

/** Walks one chain from its newest digest to its oldest, and sends its log files to be checked on the way. */
export class ChainValidation {
  readonly #context: ValidationContext;
  readonly #chain: ChainFiles;
  readonly #report: ChainReport;
  readonly #logs: LogChecks;
  readonly #links: ChainLinks;
  readonly #intervalMs: number | undefined;
  readonly #digests: DigestReads;
  readonly #toKeep: { verified: Omit<VerifiedDigest, 'logFiles'>; good: [string, string, string][] }[] = [];
  #memoryKey: string | undefined;
  #remembered: RememberedHead | undefined;
  #rememberedSha256: string | undefined;
  #head: RememberedHead | undefined;

  constructor(context: ValidationContext, chain: ChainFiles) {
    this.#context = context;
    this.#chain = chain;
    const { accountId, organizationId = null, region, trailName, homeRegion } = chain.name;
    this.#intervalMs = intervalOf(chain.digests.slice(-intervalDigests).map(({ name }) => name.endMs));
    this.#report = {
      root: context.source.placeOf(chain.root),
      accountId,
      organizationId,
      region,
      trailName,
      homeRegion,
      original: null,
      isCopy: true,
      from: null,
      to: null,
      intervalSeconds: this.#intervalMs === undefined ? null : this.#intervalMs / 1_000,
      digests: newDigestCounts(),
      backfillDigests: newDigestCounts(),
      logFiles: newLogFileCounts(),
      head: null,
      remembered: null,
    };
    this.#logs = new LogChecks(context, chain, this.#report.logFiles);
    this.#digests = new DigestReads(context, (known) => this.#logs.areUnchanged(known));
    this.#links = new ChainLinks(context, chain, this.#report.digests, this.#intervalMs);
  }

  async run(): Promise<ValidatedChain> {
    await this.#learnOrigin();
    const range = this.#select();
    const oldTail = this.#oldTail(range.to);
    await this.#walk(range);
    for (const backfill of this.#chain.backfills) await this.#checkBackfill(backfill);
    await this.#logs.finished();
    this.#keepVerified();
    this.#reportMemory();
    return {
      chain: this.#chain,
      report: this.#report,
      links: this.#links,
      intervalMs: this.#intervalMs ?? hourMs,
      oldTail,
      head: this.#head,
      memoryKey: this.#memoryKey,
      remembered: this.#remembered,
      hasOlder: range.from > 0,
      hasNewer: range.to < this.#chain.digests.length,
    };
  }

  /** The newest digest tells where CloudTrail put the chain: by that place it is remembered, wherever copies lie. */
  async #learnOrigin(): Promise<void> {
    const { source, heads, range } = this.#context;
    const { digests } = this.#chain;
    const upTo = this.#indexBeyond(range.toMs);
    for (let index = upTo - 1; index >= Math.max(0, upTo - originTriesMax); index--) {
      const digest = digests[index]!;
      const origin = originOf(digest, await this.#digests.fetch(digest));
      if (origin === undefined) continue;
      const prefix = placeDigest(origin.object)?.root ?? '';
      this.#report.original = `s3://${origin.bucket}/${prefix}`;
      this.#report.isCopy = source.bucket !== origin.bucket || digest.path !== origin.object;
      this.#memoryKey = [this.#report.original, ...this.#chain.id.split('|').slice(1)].join('|');
      this.#remembered = heads.get(this.#memoryKey);
      this.#links.remembered = this.#remembered;
      compareWithExport(this.#context, this.#chain, `${origin.bucket}/${prefix}`);
      return;
    }
  }

  #indexBeyond(toMs: number | undefined): number {
    const { digests } = this.#chain;
    // The first one that ends after the range may have begun in it.
    const beyond = toMs === undefined ? -1 : digests.findIndex(({ name }) => name.endMs >= toMs);
    return beyond === -1 ? digests.length : beyond + 1;
  }

  /** Indices of the digests to read. From the remembered head on every link counts, whatever the range. */
  #select(): { from: number; to: number } {
    const { digests } = this.#chain;
    const { fromMs, toMs } = this.#context.range;
    const to = this.#indexBeyond(toMs);
    if (fromMs === undefined) return { from: 0, to };
    const headMs = this.#remembered === undefined ? fromMs : Date.parse(this.#remembered.endTime);
    const linksFromMs = Math.min(fromMs, headMs);
    this.#links.fromMs = linksFromMs;
    const from = digests.findIndex(({ name }) => name.endMs >= linksFromMs);
    return { from: from === -1 ? digests.length : Math.min(from, to), to };
  }

  /** A copy is as old as it is; but where CloudTrail delivers, or up to the end that was asked for, the chain goes on. */
  #oldTail(to: number): ValidatedChain['oldTail'] {
    const { range, nowMs, source } = this.#context;
    const newest = this.#chain.digests[to - 1];
    if (newest === undefined || (this.#report.isCopy && range.toMs === undefined)) return undefined;
    const intervalMs = this.#intervalMs ?? hourMs;
    const { endMs } = newest.name;
    const asOfMs = Math.min(range.toMs ?? nowMs, nowMs);
    if (!isTailOld(endMs, asOfMs, intervalMs)) return undefined;
    this.#links.watchStops({ fromMs: endMs - stopCallAgeMsMax(intervalMs), toMs: asOfMs });
    return { place: source.placeOf(newest.path), endMs };
  }

  async #walk({ from, to }: { from: number; to: number }): Promise<void> {
    const { digests } = this.#chain;
    let next = to - 1;
    let after = await this.#beyondRange(to);
    for (let index = to - 1; index >= from; index--) {
      for (; next >= from && next > index - digestsAheadMax; next--) void this.#digests.fetch(digests[next]!);
      const digest = digests[index]!;
      const fetched = await this.#digests.fetch(digest);
      this.#digests.forget(digest);
      const seen = await this.#see(digest, fetched, after);
      if (seen.digest.relative === this.#remembered?.relative) this.#rememberedSha256 = seen.sha256;
      this.#links.add(seen, index, after);
      after = seen;
    }
  }

  /** The digest behind the range knows the signature of the newest one in it; for nothing else is it asked. */
  #beyondRange(index: number): Promise<Seen | undefined> {
    const digest = this.#chain.digests[index];
    return digest === undefined || index === 0
      ? Promise.resolve(undefined)
      : seenBeyond(this.#digests, digest);
  }

  async #see(digest: ListedDigest, fetched: Fetched, after: Seen | undefined): Promise<Seen> {
    const claim = claimOf(digest, after);
    const { known } = fetched;
    if (known !== undefined && fetched.checked === undefined && this.#mayReuse(digest, known, claim))
      return this.#reuse(digest, known);
    const checked = fetched.checked ?? (await this.#digests.read(digest));
    const assessed = this.#assess(digest, checked, claim, this.#report.digests);
    await this.#startLogs(digest, assessed, known);
    return assessed.seen;
  }

  /** Not when something new speaks against it, and not when its log files are wanted for what is in them. */
  #mayReuse(digest: ListedDigest, known: VerifiedDigest, claim: SuccessorClaim | undefined): boolean {
    const isContradicted =
      (claim !== undefined && claim.hash?.toLowerCase() !== known.sha256) ||
      (this.#remembered?.relative === digest.relative && this.#remembered.sha256 !== known.sha256);
    return !isContradicted && !this.#links.wantsStops(digest, known.startMs, known.previous === null);
  }

  #reuse(digest: ListedDigest, known: VerifiedDigest): Seen {
    const { digests } = this.#report;
    digests.valid++;
    digests.unchanged++;
    this.#context.onFile();
    this.#logs.countUnchanged(known, this.#isInRange(known.startMs, digest.name.endMs));
    this.#context.verified.keep(known);
    const { sha256, startMs, bucket, previous } = known;
    const placed = previous === null ? undefined : placeDigest(previous.object);
    const seen: Seen = {
      digest,
      standing: 'proven',
      sha256,
      startMs,
      origin: { bucket, root: placeDigest(known.object)?.root ?? '' },
      previous:
        previous === null
          ? null
          : placed && { ...previous, relative: placed.relative, name: placed.name, signature: null },
    };
    this.#noteHead(seen);
    return seen;
  }

  #assess(
    digest: ListedDigest,
    checked: CheckedFile,
    claim: SuccessorClaim | undefined,
    counts: DigestCounts,
  ): AssessedDigest {
    this.#context.onFile();
    const wasProven =
      this.#remembered?.relative === digest.relative &&
      checked.outcome === 'read' &&
      this.#remembered.sha256 === checked.sha256;
    const assessed = assessDigest(this.#context, { digest, checked, claim, wasProven, counts });
    if (!digest.name.isBackfill) this.#noteHead(assessed.seen);
    return assessed;
  }

  #noteHead({ standing, digest, sha256 }: Seen): void {
    if (this.#head !== undefined || standing !== 'proven' || sha256 === undefined) return;
    this.#head = {
      relative: digest.relative,
      endTime: new Date(digest.name.endMs).toISOString(),
      sha256,
      seenAt: [this.#context.source.placeOf(this.#chain.root)],
      checkedAt: new Date(this.#context.nowMs).toISOString(),
    };
  }

  async #startLogs(
    digest: ListedDigest,
    { document, seen, sha256 }: AssessedDigest,
    known: VerifiedDigest | undefined,
  ): Promise<void> {
    if (document === undefined) return;
    const prefix = placeDigest(document.digestS3Object)?.name.prefix;
    if (seen.standing === 'bad') return this.#logs.setAside(document.logFiles, prefix);
    const endMs = digest.name.endMs;
    const isInRange = this.#isInRange(seen.startMs, endMs);
    if (!isInRange) return this.#logs.passOver(document.logFiles, prefix);
    const good = seen.standing === 'proven' ? this.#keep(digest, document, sha256) : undefined;
    const task = {
      bucket: document.digestS3Bucket,
      prefix,
      isOriginalPlace: isOriginalPlace({ foundAt: this.#foundAt(digest) }, document),
      unchanged: known && new Map(known.logFiles.map(([bucket, key, mark]) => [`${bucket}/${key}`, mark])),
      wantsStops: this.#links.wantsStops(digest, seen.startMs, seen.previous === null),
      onGood: (bucket: string, key: string, mark: string | undefined) => {
        if (mark !== undefined) good?.push([bucket, key, mark]);
      },
    };
    for (const file of document.logFiles) await this.#logs.start(file, task);
  }

  #foundAt({ path }: ListedDigest): { bucket: string; key: string } | undefined {
    const { bucket } = this.#context.source;
    return bucket === undefined ? undefined : { bucket, key: path };
  }

  #keep(digest: ListedDigest, document: DigestDocument, sha256: string): [string, string, string][] {
    const good: [string, string, string][] = [];
    const { path, mark } = digest;
    if (mark === undefined) return good;
    const { previousDigestS3Bucket: bucket, previousDigestS3Object: object } = document;
    const isStart = bucket === null || object === null;
    const verified = {
      path,
      mark,
      sha256,
      startMs: Date.parse(document.digestStartTime),
      bucket: document.digestS3Bucket,
      object: document.digestS3Object,
      previous: isStart ? null : { bucket, object, hash: document.previousDigestHashValue },
      logFilesCount: document.logFiles.length,
    };
    this.#toKeep.push({ verified, good });
    return good;
  }

  #keepVerified(): void {
    for (const { verified, good } of this.#toKeep)
      this.#context.verified.keep({ ...verified, logFiles: good });
  }

  async #checkBackfill(backfill: ListedDigest): Promise<void> {
    if (!this.#isInRange(backfill.name.endMs, backfill.name.endMs)) return;
    const assessed = this.#assess(
      backfill,
      await this.#digests.read(backfill),
      undefined,
      this.#report.backfillDigests,
    );
    this.#links.addBackfill(assessed.seen);
    await this.#startLogs(backfill, assessed, undefined);
  }

  #isInRange(startMs: number, endMs: number): boolean {
    const { fromMs, toMs } = this.#context.range;
    return (fromMs === undefined || endMs >= fromMs) && (toMs === undefined || startMs <= toMs);
  }

  #reportMemory(): void {
    const { spansMs } = this.#links;
    const iso = (timeMs: number): string => new Date(timeMs).toISOString();
    if (spansMs.length > 0) {
      this.#report.from = iso(Math.min(...spansMs.map(([startMs]) => startMs)));
      this.#report.to = iso(Math.max(...spansMs.map(([, endMs]) => endMs)));
    }
    if (this.#head !== undefined) {
      const { relative: object, endTime, sha256 } = this.#head;
      this.#report.head = { object, endTime, sha256 };
    }
    if (this.#remembered === undefined) return;
    const { relative: object, endTime, sha256 } = this.#remembered;
    const isStillThere = this.#links.checkRemembered(this.#remembered, this.#rememberedSha256);
    this.#report.remembered = { object, endTime, sha256, isStillThere };
  }
}

function claimOf({ relative }: ListedDigest, after: Seen | undefined): SuccessorClaim | undefined {
  if (after?.previous?.relative !== relative) return undefined;
  const { hash, signature } = after.previous;
  return { hash, signature, isBad: after.standing === 'bad' };
}
