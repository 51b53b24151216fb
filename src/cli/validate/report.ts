// SPDX-License-Identifier: Apache-2.0
import type { Finding, FindingCode, Severity } from '../../digest/verify-finding.js';

export interface DigestCounts {
  valid: number;
  /** Of those: taken as verified earlier, unchanged by their listing. */
  unchanged: number;
  /** Nothing contradicts them and nothing in sight signed them. */
  unsigned: number;
  invalid: number;
  missing: number;
  unread: number;
}

export interface LogFileCounts {
  valid: number;
  unchanged: number;
  invalid: number;
  missing: number;
  unread: number;
  /** Listed by an invalid digest alone. */
  unproven: number;
}

/** What was found about one chain. Times are ISO 8601 in UTC. */
export interface ChainReport {
  readonly root: string;
  readonly accountId: string;
  readonly organizationId: string | null;
  readonly region: string;
  readonly trailName: string;
  readonly homeRegion: string;
  /** Where CloudTrail put it, as its newest digest says. */
  original: string | null;
  isCopy: boolean;
  from: string | null;
  to: string | null;
  intervalSeconds: number | null;
  readonly digests: DigestCounts;
  readonly backfillDigests: DigestCounts;
  readonly logFiles: LogFileCounts;
  head: { object: string; endTime: string; sha256: string } | null;
  /** What an earlier validation remembered, and whether it still is part of the chain. */
  remembered: { object: string; endTime: string; sha256: string; isStillThere: boolean } | null;
}

export function newDigestCounts(): DigestCounts {
  return { valid: 0, unchanged: 0, unsigned: 0, invalid: 0, missing: 0, unread: 0 };
}

export function newLogFileCounts(): LogFileCounts {
  return { valid: 0, unchanged: 0, invalid: 0, missing: 0, unread: 0, unproven: 0 };
}

/** Findings beyond this are counted by code and not kept. */
const findingsKeptMax = 100_000;

/** Collects what is found. */
export class Findings {
  readonly #kept: Finding[] = [];
  readonly #counts = new Map<Severity, number>();
  omitted = 0;

  add(severity: Severity, code: FindingCode, place: string, message: string, isEstimated = false): void {
    this.#counts.set(severity, this.count(severity) + 1);
    if (this.#kept.length >= findingsKeptMax) this.omitted++;
    else this.#kept.push({ severity, code, place, message, ...(isEstimated ? { estimated: true } : {}) });
  }

  count(severity: Severity): number {
    return this.#counts.get(severity) ?? 0;
  }

  /** Gravest first, then by place. */
  sorted(): Finding[] {
    const weight = { invalid: 0, unchecked: 1, warning: 2 };
    return this.#kept.sort(
      (a, b) =>
        weight[a.severity] - weight[b.severity] || (a.place < b.place ? -1 : a.place > b.place ? 1 : 0),
    );
  }
}

export interface Report {
  readonly cairnValidate: 1;
  readonly result: 'valid' | 'invalid' | 'unchecked';
  readonly target: string;
  readonly checkedAt: string;
  readonly start: string | null;
  readonly end: string | null;
  readonly chains: readonly ChainReport[];
  readonly totals: {
    readonly digests: DigestCounts;
    readonly backfillDigests: DigestCounts;
    readonly logFiles: LogFileCounts;
    /** Delivered since the newest digest: the next one will list them. */
    readonly logFilesPending: number;
    /** No digest lists them. */
    readonly logFilesNotCovered: number;
  };
  readonly findings: readonly Finding[];
  readonly findingsOmitted: number;
}

export function sumOf<T extends object>(parts: readonly T[], zero: T): T {
  const sum = { ...zero } as Record<string, number>;
  for (const part of parts)
    for (const [name, value] of Object.entries(part)) sum[name] = (sum[name] ?? 0) + (value as number);
  return sum as T;
}
