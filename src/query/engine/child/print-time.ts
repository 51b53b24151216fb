// SPDX-License-Identifier: Apache-2.0

const dayMs = 86_400_000;

/** `2023-01-01 00:00:00.000`; finer than a millisecond is cut off. */
export function printTimestamp(micros: bigint): string {
  const timeMs = floorDivide(micros, 1_000n);
  const day = Math.floor(timeMs / dayMs);
  return `${printDate(day)} ${clockText(timeMs - day * dayMs)}`;
}

/** @param days since 1970-01-01 */
export function printDate(days: number): string {
  const date = new Date(days * dayMs);
  // Beyond JavaScript's calendar (275760): infinities of the engine, too.
  if (Number.isNaN(date.getTime())) return days < 0 ? '-infinity' : 'infinity';
  const year = date.getUTCFullYear();
  const yearText = year < 0 ? `-${pad(-year, 4)}` : pad(year, 4);
  return `${yearText}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`;
}

/** `13:45:00.000` */
export function printTime(micros: bigint): string {
  return clockText(floorDivide(micros, 1_000n));
}

/** `2 03:04:05.678`: an interval of days to seconds. */
export function printDaysInterval(micros: bigint): string {
  const isNegative = micros < 0n;
  const timeMs = floorDivide(isNegative ? -micros : micros, 1_000n);
  const days = Math.floor(timeMs / dayMs);
  return `${isNegative ? '-' : ''}${days} ${clockText(timeMs - days * dayMs)}`;
}

/** `1-2`: an interval of years and months. */
export function printMonthsInterval(months: number): string {
  const count = Math.abs(months);
  return `${months < 0 ? '-' : ''}${Math.floor(count / 12)}-${count % 12}`;
}

function clockText(timeMs: number): string {
  const seconds = Math.floor(timeMs / 1_000);
  const [hour, minute, second] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${pad(timeMs % 1_000, 3)}`;
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

function floorDivide(value: bigint, by: bigint): number {
  const quotient = value / by;
  return Number(value < 0n && quotient * by !== value ? quotient - 1n : quotient);
}
