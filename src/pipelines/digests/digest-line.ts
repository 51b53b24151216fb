// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { DigestHead } from '../../digest/digest-document.js';
import type { Position } from '../../ports/event-log.js';
import type { TrailRoute } from '../../trails/trail-fold.js';

/** A digest as its successor names it. */
export interface PreviousDigest {
  readonly bucket: string;
  readonly key: string;
  /** SHA-256 of the uncompressed document, hex. */
  readonly hashValue: string;
  readonly signature: string;
}

/**
 * The digests of one trail, account and Region: one chain after another, as logging and validation start and stop. Kept
 * in one small file, replaced whole: saving it is the one step that makes a digest, or the end of a chain, a fact.
 * Times in ms since the epoch, those of digests whole seconds.
 */
export interface DigestLine {
  readonly version: 1;
  readonly trailArn: string;
  readonly trailName: string;
  readonly homeRegion: string;
  readonly trailCreatedAtMs: number;
  readonly accountId: string;
  readonly region: string;
  /** Of an organization trail: its digests are in a folder of the organization. */
  readonly organizationId?: string;
  /** Where the next digest goes. */
  readonly bucket: string;
  readonly prefix: string;
  readonly kmsKeyArn?: string;
  /** 'ending': logging or validation stopped, the final digest is not made yet. 'ended': it is. */
  readonly phase: 'open' | 'ending' | 'ended';
  /** Counts the chains. */
  readonly chain: number;
  /** When the chain began. Its intervals end at whole intervals from there. */
  readonly chainStartMs: number;
  /** The end of the last digest, or the chain's start: the next digest begins here. Never goes back. */
  readonly closedEndMs: number;
  readonly previous: PreviousDigest | null;
  /** Backfill digests are a chain of their own, through all chains of the line. */
  readonly backfillEndMs: number;
  readonly previousBackfill: PreviousDigest | null;
  /** Digests are numbered in the order in which they were made; from here on none is. */
  readonly nextNumber: number;
  /** Numbers below are gone: delivered, or made anew for another bucket. */
  readonly waitingFrom: number;
  /** The last entry of the log that changed the line: an entry that is read again changes nothing. */
  readonly position: Position;
  /** Where and when the chain was told to end. */
  readonly ending?: { readonly atMs: number; readonly position: Position };
}

/** Something in the log that begins, ends or redirects digests. */
export interface LineEvent {
  readonly kind: 'digests' | 'none';
  readonly route: TrailRoute;
  readonly accountId: string;
  readonly region: string;
  readonly atMs: number;
  readonly position: Position;
}

/** The file name of a line: 24 hex digits. A trail made anew under an old ARN goes on with the line of the old one. */
export function lineIdOf(trailArn: string, accountId: string, region: string): string {
  return createHash('sha256')
    .update(JSON.stringify([trailArn, accountId, region]))
    .digest('hex')
    .slice(0, 24);
}

/** A line that begins with its first chain. */
export function newLine(event: LineEvent): DigestLine {
  const startMs = wholeSecond(event.atMs);
  return {
    version: 1,
    trailArn: event.route.arn,
    trailName: event.route.arn.split('/').at(-1) as string,
    homeRegion: event.route.homeRegion,
    accountId: event.accountId,
    region: event.region,
    ...routeOf(event.route),
    phase: 'open',
    chain: 1,
    chainStartMs: startMs,
    closedEndMs: startMs,
    previous: null,
    backfillEndMs: startMs,
    previousBackfill: null,
    nextNumber: 1,
    waitingFrom: 1,
    position: event.position,
  };
}

/** The same line with a new chain, which begins at `startMs` and after everything that was digested. */
export function withNewChain(line: DigestLine, event: LineEvent, startMs: number): DigestLine {
  const { ending: _, kmsKeyArn: __, organizationId: ___, ...rest } = line;
  return {
    ...rest,
    ...routeOf(event.route),
    phase: 'open',
    chain: line.chain + 1,
    chainStartMs: startMs,
    closedEndMs: startMs,
    previous: null,
    position: event.position,
  };
}

/** The same chain with another destination. */
export function redirected(line: DigestLine, event: LineEvent): DigestLine {
  const { kmsKeyArn: _, organizationId: __, ...rest } = line;
  return { ...rest, ...routeOf(event.route), position: event.position };
}

export function ending(line: DigestLine, { atMs, position }: LineEvent): DigestLine {
  return { ...line, phase: 'ending', position, ending: { atMs, position } };
}

/** The first end of an interval behind a time. */
export function intervalEndAfter(
  line: Pick<DigestLine, 'chainStartMs'>,
  timeMs: number,
  intervalMs: number,
): number {
  const passed = Math.max(0, Math.floor((timeMs - line.chainStartMs) / intervalMs));
  return line.chainStartMs + (passed + 1) * intervalMs;
}

/** The end of the digest to make next, and not before `overdueMax` intervals before the last one that is over. */
export function nextEnd(line: DigestLine, intervalMs: number, nowMs: number, overdueMax: number): number {
  const next = intervalEndAfter(line, line.closedEndMs, intervalMs);
  const last = intervalEndAfter(line, nowMs, intervalMs) - intervalMs;
  return Math.max(next, last - (overdueMax - 1) * intervalMs);
}

/** The five members by which a digest names the one before it. */
export function previousMembers(
  previous: PreviousDigest | null,
): Pick<
  DigestHead,
  | 'previousDigestS3Bucket'
  | 'previousDigestS3Object'
  | 'previousDigestHashValue'
  | 'previousDigestHashAlgorithm'
  | 'previousDigestSignature'
> {
  return {
    previousDigestS3Bucket: previous?.bucket ?? null,
    previousDigestS3Object: previous?.key ?? null,
    previousDigestHashValue: previous?.hashValue ?? null,
    previousDigestHashAlgorithm: previous === null ? null : 'SHA-256',
    previousDigestSignature: previous?.signature ?? null,
  };
}

export function wholeSecond(timeMs: number): number {
  return Math.floor(timeMs / 1_000) * 1_000;
}

function routeOf(
  route: TrailRoute,
): Pick<DigestLine, 'trailCreatedAtMs' | 'bucket' | 'prefix' | 'kmsKeyArn' | 'organizationId'> {
  return {
    trailCreatedAtMs: route.createdAtMs,
    bucket: route.bucket,
    prefix: route.prefix ?? '',
    ...(route.kmsKeyArn === undefined ? {} : { kmsKeyArn: route.kmsKeyArn }),
    ...(route.organizationId === undefined ? {} : { organizationId: route.organizationId }),
  };
}
