// SPDX-License-Identifier: Apache-2.0
import { Scalar } from './scalar.js';

/** From coarse to fine. */
export const precisions = ['year', 'month', 'day', 'minute', 'second'] as const;
export type Precision = (typeof precisions)[number];
export type DatePart = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Digits behind the second that are kept: more than any clock has. */
const fractionDigitsMax = 30;

/**
 * A moment, with the offset that it was written with and as precise as it was written.
 * Source: S3 User Guide, "Data types": the W3C note on date and time formats, `T` behind years and months.
 */
export class Timestamp extends Scalar {
  constructor(
    /** Whole seconds since the epoch. */
    readonly epochSeconds: number,
    /** Digits behind the second's point. */
    readonly fraction: string,
    readonly precision: Precision,
    /** Undefined: none was written; then the time is UTC. */
    readonly offsetMinutes: number | undefined,
  ) {
    super();
  }

  /** undefined for what is no timestamp. */
  static parse(text: string): Timestamp | undefined {
    const match =
      /^(\d{4})(?:T|-(\d\d)(?:T|-(\d\d)(?:T(?:(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?)?))$/.exec(
        text,
      );
    if (match === null) return undefined;
    const [, year = '', month, day, hour, minute, second, fraction = '', zone] = match;
    if (fraction.length > fractionDigitsMax) return undefined;
    const offsetMinutes = zone === undefined ? undefined : toOffset(zone);
    const precision: Precision =
      second !== undefined
        ? 'second'
        : hour !== undefined
          ? 'minute'
          : day !== undefined
            ? 'day'
            : month !== undefined
              ? 'month'
              : 'year';
    const civil = {
      year: Number(year),
      month: Number(month ?? 1),
      day: Number(day ?? 1),
      hour: Number(hour ?? 0),
      minute: Number(minute ?? 0),
      second: Number(second ?? 0),
    };
    return Timestamp.fromCivil(civil, fraction, precision, offsetMinutes);
  }

  /** undefined for a day or a time that is not there (February 30, 25:00). */
  static fromCivil(
    civil: CivilTime,
    fraction: string,
    precision: Precision,
    offsetMinutes: number | undefined,
  ): Timestamp | undefined {
    const { year, month, day, hour, minute, second } = civil;
    if (Math.abs(offsetMinutes ?? 0) >= 24 * 60 || hour > 23 || minute > 59 || second > 59) return undefined;
    if (year < 1 || year > 9999) return undefined;
    const ms = utc(year, month, day, hour, minute, second);
    const date = new Date(ms);
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
    return new Timestamp(ms / 1000 - (offsetMinutes ?? 0) * 60, fraction, precision, offsetMinutes);
  }

  static fromMs(ms: number): Timestamp {
    const seconds = Math.floor(ms / 1000);
    const fraction = String(Math.floor(ms - seconds * 1000)).padStart(3, '0');
    return new Timestamp(seconds, fraction, 'second', 0);
  }

  /** As its own clock shows it. */
  civil(): CivilTime {
    const date = new Date((this.epochSeconds + (this.offsetMinutes ?? 0) * 60) * 1000);
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
    };
  }

  compare(other: Timestamp): number {
    if (this.epochSeconds !== other.epochSeconds) return this.epochSeconds < other.epochSeconds ? -1 : 1;
    const length = Math.max(this.fraction.length, other.fraction.length);
    const [mine, its] = [this.fraction.padEnd(length, '0'), other.fraction.padEnd(length, '0')];
    return mine < its ? -1 : mine > its ? 1 : 0;
  }

  /** As Ion writes it: `2010-02T`, `2017-01-09`, `2017-01-01T01:00-00:00`, `2017-01-02T03:04:05.006Z`. */
  override toString(): string {
    const { year, month, day, hour, minute, second } = this.civil();
    let text = String(year).padStart(4, '0');
    if (this.precision === 'year') return `${text}T`;
    text += `-${two(month)}`;
    if (this.precision === 'month') return `${text}T`;
    text += `-${two(day)}`;
    if (this.precision === 'day') return text;
    text += `T${two(hour)}:${two(minute)}`;
    if (this.precision === 'second')
      text += `:${two(second)}${this.fraction === '' ? '' : `.${this.fraction}`}`;
    return text + (this.offsetMinutes === undefined ? '-00:00' : offsetText(this.offsetMinutes, ':'));
  }
}

/** Date.UTC takes years below 100 for those of the last century. */
export function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, 0);
  return date.getTime();
}

/** `Z`, `+0800` */
export function offsetText(minutes: number, colon: string): string {
  if (minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${colon}${two(size % 60)}`;
}

export function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `-00:00` says that the local offset is not known. */
function toOffset(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  if (/^-00:?00$/.test(zone)) return undefined;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}
