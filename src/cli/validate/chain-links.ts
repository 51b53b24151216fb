// SPDX-License-Identifier: Apache-2.0
import { type MissingDigest, missingBetween, type PreviousDigest } from '../../digest/verify-chain.js';
import type { DigestStanding } from '../../digest/verify-digest.js';
import type { ChainFiles, ListedDigest } from './inventory.js';
import { trailOf } from './log-checks.js';
import type { RememberedHead } from './remembered-heads.js';
import type { DigestCounts } from './report.js';
import { type StopWindow, stopCallAgeMsMax, type ValidationContext } from './validation-context.js';

/** One digest as the walk has seen it. */
export interface Seen {
  readonly digest: ListedDigest;
  readonly standing: DigestStanding | 'unread';
  readonly sha256: string | undefined;
  readonly startMs: number;
  /** Where CloudTrail put it. */
  readonly origin: { readonly bucket: string; readonly root: string } | undefined;
  /** Null: a starting digest. Undefined: nobody knows. */
  readonly previous: PreviousDigest | null | undefined;
  /** The digest was altered: what it says of its predecessor counts only where something else confirms it. */
  readonly isHint?: boolean;
}

/** A starting digest that has older ones before it. */
export interface Restart {
  readonly place: string;
  readonly olderEndMs: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** What holds the digests of one chain together, and where it does not. */
export class ChainLinks {
  readonly #context: ValidationContext;
  readonly #chain: ChainFiles;
  readonly #counts: DigestCounts;
  readonly #intervalMs: number | undefined;
  readonly #bypassed = new Set<ListedDigest>();
  readonly #missing = new Set<string>();
  readonly restarts: Restart[] = [];
  /** The times that its digests cover. */
  readonly spansMs: (readonly [startMs: number, endMs: number])[] = [];
  /** The times of missing digests. */
  readonly missingSpansMs: (readonly [startMs: number, endMs: number])[] = [];
  /** Predecessors from before this time are not looked for. */
  fromMs: number | undefined;
  remembered: RememberedHead | undefined;

  constructor(
    context: ValidationContext,
    chain: ChainFiles,
    counts: DigestCounts,
    intervalMs: number | undefined,
  ) {
    this.#context = context;
    this.#chain = chain;
    this.#counts = counts;
    this.#intervalMs = intervalMs;
  }

  /** @param index its place among the chain's digests @param after the digest seen before it, which is newer */
  add(seen: Seen, index: number, after: Seen | undefined): void {
    const { digest, startMs, standing } = seen;
    if (standing === 'proven' || standing === 'unsigned') this.spansMs.push([startMs, digest.name.endMs]);
    if (this.#bypassed.has(digest)) {
      const place = this.#context.source.placeOf(digest.path);
      const message =
        'the digest is not part of the chain: a newer one names an older one as its predecessor';
      this.#context.findings.add('invalid', 'digest-bypassed', place, message);
    }
    this.#checkTimes(seen, after);
    if (seen.previous === null) this.#noteRestart(seen, index);
    else if (seen.previous === undefined) this.#guess(seen, index);
    else this.#follow(seen, seen.previous, index);
  }

  addBackfill({ digest, previous, standing, startMs }: Seen): void {
    if (standing === 'proven' || standing === 'unsigned') this.spansMs.push([startMs, digest.name.endMs]);
    if (
      standing === 'bad' ||
      previous === null ||
      previous === undefined ||
      this.#isBefore(previous.name.endMs)
    )
      return;
    const isThere = [...this.#chain.digests, ...this.#chain.backfills].some(
      ({ relative }) => relative === previous.relative,
    );
    if (!isThere)
      this.#sayMissing({ relative: previous.relative, endMs: previous.name.endMs, isEstimated: false });
  }

  /**
   * Whether the log files of this digest are to be looked into for calls that stopped the trail. Those of a starting digest
   * are: of a trail that is stopped and started again at once, it lists the file with the call.
   */
  wantsStops(digest: ListedDigest, startMs: number, isStart: boolean): boolean {
    // Calls are recorded where they are made, and a trail is stopped in its home Region.
    const { region, homeRegion, organizationId } = this.#chain.name;
    // Organizations records in us-east-1.
    const isWhereMembersLeave = organizationId !== undefined && region === 'us-east-1';
    if (region !== homeRegion && !isWhereMembersLeave) return false;
    if (isStart && digest !== this.#chain.digests[0]) return true;
    const { endMs } = digest.name;
    const windows = this.#context.stopWindows.get(trailOf(this.#chain)) ?? [];
    return windows.some(({ fromMs, toMs }) => startMs <= toMs && endMs >= fromMs);
  }

  watchStops(window: StopWindow): void {
    const trail = trailOf(this.#chain);
    this.#context.stopWindows.set(trail, [...(this.#context.stopWindows.get(trail) ?? []), window]);
  }

  /** Refuses a chain that no longer has the head that was remembered. Says whether it has. */
  checkRemembered(head: RememberedHead, foundSha256: string | undefined): boolean {
    const { findings, source, range } = this.#context;
    const endMs = Date.parse(head.endTime);
    if (foundSha256 === head.sha256) return true;
    if (range.toMs !== undefined && endMs > range.toMs) return true;
    const place = source.placeOf(`${this.#chain.root}${head.relative}`);
    const seen = `an earlier validation (${head.checkedAt}) has seen it`;
    if (foundSha256 !== undefined) {
      const message = `the chain was rewritten: this digest has another content than when ${seen}`;
      findings.add('invalid', 'head-rewritten', place, message);
      return false;
    }
    if (this.#chain.digests.some(({ relative }) => relative === head.relative)) return false;
    findings.add(
      'invalid',
      'head-gone',
      place,
      `the chain was cut or rewritten: the digest is gone; ${seen}`,
    );
    const newest = this.#chain.digests.filter(({ name }) => name.endMs < endMs).at(-1);
    if (newest !== undefined || this.#chain.digests.length === 0)
      this.#sayAllMissing(newest?.name.endMs, { ...this.#chain.name, endMs });
    return false;
  }

  #checkTimes({ digest, standing }: Seen, after: Seen | undefined): void {
    if (standing === 'bad' || after === undefined || after.standing === 'bad') return;
    const gapMs = after.startMs - digest.name.endMs;
    if (after.previous?.relative !== digest.relative || gapMs <= 1_000) return;
    const message = `no digest covers the ${Math.round(gapMs / 1_000)} s before this one begins`;
    const place = this.#context.source.placeOf(after.digest.path);
    this.#context.findings.add('warning', 'chain-time-gap', place, message);
  }

  #noteRestart({ digest, startMs }: Seen, index: number): void {
    const older = this.#chain.digests[index - 1];
    if (older === undefined) return;
    const olderEndMs = older.name.endMs;
    const place = this.#context.source.placeOf(digest.path);
    this.restarts.push({ place, olderEndMs, startMs, endMs: digest.name.endMs });
    this.watchStops({
      fromMs: olderEndMs - stopCallAgeMsMax(this.#intervalMs ?? 0),
      toMs: Math.max(startMs, olderEndMs),
    });
  }

  /** What it names is lost with it: only the time tells whether something is missing before it. */
  #guess({ digest }: Seen, index: number): void {
    const older = this.#chain.digests[index - 1];
    if (older === undefined || this.#intervalMs === undefined) return;
    const endMs = digest.name.endMs - this.#intervalMs;
    if (endMs - older.name.endMs < this.#intervalMs / 2) return;
    this.#sayAllMissing(older.name.endMs, { ...digest.name, endMs }, true);
  }

  #follow(seen: Seen, previous: PreviousDigest, index: number): void {
    const { digests } = this.#chain;
    let at = index - 1;
    const between: ListedDigest[] = [];
    while (at >= 0 && digests[at]!.name.endMs > previous.name.endMs) between.push(digests[at--]!);
    const isThere = digests[at]?.relative === previous.relative;
    // An altered digest names what it likes.
    if (seen.isHint === true && (between.length > 0 || !isThere)) {
      this.#guess(seen, index);
      return;
    }
    for (const digest of between) this.#bypassed.add(digest);
    if (isThere || this.#isBefore(previous.name.endMs)) return;
    if (this.#isElsewhere(seen, previous)) {
      const message = `the chain goes on with a digest in another place: s3://${previous.bucket}/${previous.object}; validate that place too`;
      this.#context.findings.add(
        'warning',
        'chain-elsewhere',
        this.#context.source.placeOf(seen.digest.path),
        message,
      );
    } else {
      this.#sayAllMissing(digests[at]?.name.endMs, previous.name);
    }
  }

  /** The trail was given another bucket or prefix, or another name in between. */
  #isElsewhere({ origin }: Seen, previous: PreviousDigest): boolean {
    const root = previous.object.slice(0, previous.object.length - previous.relative.length);
    return origin !== undefined && (origin.bucket !== previous.bucket || origin.root !== root);
  }

  #isBefore(endMs: number): boolean {
    return this.fromMs !== undefined && endMs < this.fromMs;
  }

  #sayAllMissing(olderEndMs: number | undefined, named: ListedDigest['name'], isGuess = false): void {
    const { missing, unnamedCount } = missingBetween(olderEndMs, named, this.#intervalMs);
    for (const digest of missing)
      this.#sayMissing(isGuess ? { ...digest, isEstimated: true } : digest, olderEndMs === undefined);
    if (unnamedCount === 0) return;
    this.#counts.missing += unnamedCount;
    const place = this.#context.source.placeOf(`${this.#chain.root}${missing.at(-1)!.relative}`);
    this.#context.findings.add(
      'invalid',
      'digest-missing',
      place,
      `and about ${unnamedCount} digests before it`,
      true,
    );
  }

  #sayMissing({ relative, endMs, isEstimated }: MissingDigest, isOldest = false): void {
    if (this.#missing.has(relative)) return;
    this.#missing.add(relative);
    this.#counts.missing++;
    this.missingSpansMs.push([endMs - (this.#intervalMs ?? 0), endMs]);
    const place = this.#context.source.placeOf(`${this.#chain.root}${relative}`);
    const oldest = isOldest
      ? ', nor is any before it: if older files were removed on purpose, say so with --start'
      : '';
    const message = isEstimated
      ? 'a digest is missing here: the digests around it leave room for it'
      : `the digest is not there, and another names it${oldest}`;
    this.#context.findings.add('invalid', 'digest-missing', place, message, isEstimated);
  }
}
