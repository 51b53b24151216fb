// SPDX-License-Identifier: Apache-2.0
import type { LogGroupDocument } from './log-group.js';

/** Source: CloudWatch Logs API Reference, "PutRetentionPolicy". */
export const retentionDaysAllowed: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const dayMs = 86_400_000;

/** Events with a timestamp before this are expired: nobody reads them any more, and they are removed. 0: none are. */
export function expiredBeforeMs(
  { retentionDays }: Pick<LogGroupDocument, 'retentionDays'>,
  nowMs: number,
): number {
  return retentionDays === undefined ? 0 : Math.max(0, nowMs - retentionDays * dayMs);
}
