// SPDX-License-Identifier: Apache-2.0
import type { LostEvents } from '../../trails/delivery-status.js';

/**
 * What is remembered of a trail's way to its group, kept with the mark of what was written: it changes in the same
 * step as the events, so that counts are exact through crashes. Times in ms since the epoch.
 */
export interface TrailNote {
  readonly latestDeliveryMs?: number;
  /** Logs' code of the last try; absent after a success. */
  readonly latestError?: string;
  /** Counts events that ever had to wait: their order among those that wait. */
  readonly waitedCount: number;
  /** What found no room to wait in. */
  readonly lost?: Omit<LostEvents, 'reason'>;
  /** Events of more than 256 KB, which are not sent. */
  readonly oversizedCount: number;
}

export const emptyNote: TrailNote = { waitedCount: 0, oversizedCount: 0 };

export function withDelivery(note: TrailNote, deliveredAtMs: number): TrailNote {
  const { latestError: _, ...rest } = note;
  return { ...rest, latestDeliveryMs: deliveredAtMs };
}

export function withLost(note: TrailNote, eventCount: number, nowMs: number): TrailNote {
  const before = note.lost;
  return {
    ...note,
    lost: {
      eventCount: (before?.eventCount ?? 0) + eventCount,
      firstLostMs: before?.firstLostMs ?? nowMs,
      lastLostMs: nowMs,
    },
  };
}
