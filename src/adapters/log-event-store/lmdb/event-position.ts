// SPDX-License-Identifier: Apache-2.0
import type { LogEventPosition } from '../../../ports/log-event-store.js';

/** A place in the order of a group's events, taken apart. */
export interface EventPlace {
  readonly timestampMs: number;
  /** Of its chunk. */
  readonly sequence: number;
  /** In its chunk. */
  readonly index: number;
}

const widths = [16, 16, 10] as const;
const form = /^(\d{16})(\d{16})(\d{10})$/;
const greatest = 10 ** 10 - 1;

/** 42 digits: they sort as the numbers do. */
export function toPosition({ timestampMs, sequence, index }: EventPlace): LogEventPosition {
  const parts = [timestampMs, sequence, index];
  return parts
    .map((part, at) => String(part).padStart(widths[at] as number, '0'))
    .join('') as LogEventPosition;
}

/** Throws RangeError for a text that is no position. */
export function toPlace(position: LogEventPosition): EventPlace {
  const [, timestampMs, sequence, index] = form.exec(position) ?? [];
  const place = { timestampMs: Number(timestampMs), sequence: Number(sequence), index: Number(index) };
  if (!Number.isSafeInteger(place.timestampMs) || !Number.isSafeInteger(place.sequence))
    throw new RangeError('not a position of a log event');
  return place;
}

/** Before every event of this time. */
export function placeBefore(timestampMs: number): EventPlace {
  return { timestampMs, sequence: 0, index: 0 };
}

/** Behind every event of this time. */
export function placeBehind(timestampMs: number): EventPlace {
  return { timestampMs, sequence: 10 ** 15, index: greatest };
}

export function comparePlaces(a: EventPlace, b: EventPlace): number {
  return a.timestampMs - b.timestampMs || a.sequence - b.sequence || a.index - b.index;
}
