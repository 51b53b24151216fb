// SPDX-License-Identifier: Apache-2.0

/** What GetTrailStatus tells of a trail's deliveries. Times in ms since the epoch. */
export interface TrailDeliveryStatus {
  /** Which trail of this ARN it is about: a trail made anew under an old name starts with an empty status. */
  readonly trailCreatedAtMs: number;
  /** The last time that a log file reached the bucket. */
  readonly latestDeliveryMs?: number;
  /** The last try, whatever came of it. */
  readonly latestAttemptMs?: number;
  /** S3's code (`NoSuchBucket`, `AccessDenied`, …) of the last try; absent after a success. */
  readonly latestError?: string;
  /** The last time that the trail's topic was told, the last try, and SNS's code of the last try unless it succeeded. */
  readonly latestNotificationMs?: number;
  readonly latestNotificationAttemptMs?: number;
  readonly latestNotificationError?: string;
  /** Files that wait for the destination, and their compressed bytes. */
  readonly waitingFiles: number;
  readonly waitingBytes: number;
  /** What was given up, if anything ever was: the outbox was full, or a file waited too long. */
  readonly lost?: LostEvents;
}

export interface LostEvents {
  readonly eventCount: number;
  readonly firstLostMs: number;
  readonly lastLostMs: number;
  readonly reason: 'OutboxFull' | 'RetriedTooLong';
}

/** How digests, or events to a log group, fare. Times in ms since the epoch. */
export interface SideDeliveryStatus {
  /** Which trail of this ARN it is about. */
  readonly trailCreatedAtMs: number;
  readonly latestDeliveryMs?: number;
  /** The code of the last try; absent after a success. */
  readonly latestError?: string;
}
