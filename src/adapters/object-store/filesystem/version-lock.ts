// SPDX-License-Identifier: Apache-2.0
import {
  type AttributeChange,
  type ObjectAttributes,
  ObjectStoreError,
} from '../../../ports/object-store.js';
import { JobRefused } from '../../lmdb/group-commit.js';
import type { VersionRow } from './object-row.js';

/** What a lock is judged by, at the moment of the change. */
export interface LockJudge {
  readonly nowMs: number;
  /** Lifts retention in GOVERNANCE mode. */
  readonly bypassGovernance: boolean;
}

/** Throws Locked for a version that must stay. Runs inside the transaction that would remove it. */
export function verifyRemovable({ attributes }: VersionRow, judge: LockJudge): void {
  if (attributes.legalHold === 'ON') throw locked('the version is under a legal hold');
  const retention = runningRetention(attributes, judge.nowMs);
  if (retention === undefined || (retention.mode === 'GOVERNANCE' && judge.bypassGovernance)) return;
  throw locked('the version is retained');
}

/**
 * Throws Locked for a change that would end or weaken a running retention: another mode, or an earlier end.
 * Source: S3 User Guide, "Locking objects with Object Lock", retention modes.
 */
export function verifyLockChange(
  { attributes }: VersionRow,
  change: AttributeChange,
  judge: LockJudge,
): void {
  if (!('retention' in change)) return;
  const running = runningRetention(attributes, judge.nowMs);
  if (running === undefined || (running.mode === 'GOVERNANCE' && judge.bypassGovernance)) return;
  const { retention: next } = change;
  if (next?.mode === running.mode && next.untilMs >= running.untilMs) return;
  throw locked('the retention of the version cannot be shortened or weakened');
}

function runningRetention({ retention }: ObjectAttributes, nowMs: number) {
  return retention !== undefined && retention.untilMs > nowMs ? retention : undefined;
}

function locked(message: string): JobRefused {
  return new JobRefused(new ObjectStoreError('Locked', message));
}
