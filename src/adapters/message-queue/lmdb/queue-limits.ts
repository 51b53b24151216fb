// SPDX-License-Identifier: Apache-2.0

/** The limits of the message queue, with their reasons. Tests hand in smaller ones. */
export interface QueueLimits {
  readonly bytesMax: number;
  readonly deliveriesMax: number;
  readonly laneBytesMax: number;
  readonly laneDeliveriesMax: number;
  readonly deadLettersMax: number;
  readonly deadBytesMax: number;
  /** Room on the disk that puts leave free, for settling and for the other stores. */
  readonly diskFreeBytesMin: number;
}

export const defaultLimits: QueueLimits = {
  /** 4,000 of the largest messages, or a day of notices of 1,000 trails at AWS's five minutes. */
  bytesMax: 1024 ** 3,
  /** Each costs some 500 bytes on disk. */
  deliveriesMax: 1_000_000,
  /** A sixteenth: sixteen dead subscribers of the largest messages fill the queue, and each gives up within the hour. */
  laneBytesMax: 64 * 1024 ** 2,
  laneDeliveriesMax: 50_000,
  /** Enough to see what went wrong; whoever needs every message reads the log files. */
  deadLettersMax: 10_000,
  deadBytesMax: 128 * 1024 ** 2,
  diskFreeBytesMin: 64 * 1024 ** 2,
};

export const writerLimits = {
  queueJobsMax: 10_000,
  queueBytesMax: 64 * 1024 ** 2,
  /** Settling makes room: a full queue of puts must not stop it. */
  queueUpkeepJobsMax: 10_000,
  groupJobsMax: 256,
  groupBytesMax: 4 * 1024 ** 2,
};
