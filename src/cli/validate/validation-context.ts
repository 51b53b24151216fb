// SPDX-License-Identifier: Apache-2.0
import type { PublicKeys } from '../../digest/verify-keys.js';
import type { TrailEvent } from '../../digest/verify-stop.js';
import type { CheckPool } from './check-pool.js';
import type { FileSource } from './file-source.js';
import type { Inventory } from './inventory.js';
import type { RememberedHeads } from './remembered-heads.js';
import type { Findings } from './report.js';
import type { VerifiedFiles } from './verified-files.js';

/**
 * How long before a chain's end, ms, the call that stopped it may have been made: it is delivered after it was made, and the
 * last digest may list no file any more. Seconds-long intervals are shorter than a delivery may take.
 */
export function stopCallAgeMsMax(intervalMs: number): number {
  return Math.max(2.5 * intervalMs, 2 * 60_000);
}

export interface TimeRange {
  /** Digests that ended before are left out. */
  readonly fromMs: number | undefined;
  /** Digests that began after are left out. */
  readonly toMs: number | undefined;
}

/** A time in which a trail's calls are of interest. */
export interface StopWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What all chains of one validation share. */
export interface ValidationContext {
  readonly source: FileSource;
  readonly pool: CheckPool;
  readonly inventory: Inventory;
  readonly keys: PublicKeys;
  /** By the original place, `bucket/key`. */
  readonly exportedSignatures: ReadonlyMap<string, string>;
  readonly heads: RememberedHeads;
  readonly verified: VerifiedFiles;
  /** Read everything, whatever was verified before. */
  readonly isFull: boolean;
  readonly range: TimeRange;
  readonly nowMs: number;
  readonly findings: Findings;
  /** By trail (`trailOf`): when its chains ended, and the calls that were found there. */
  readonly stopWindows: Map<string, StopWindow[]>;
  readonly stops: Map<string, TrailEvent[]>;
  readonly onFile: () => void;
}
