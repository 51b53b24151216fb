// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import { quoteText } from './trino-type.js';
import type { Typed } from './typed.js';

const OFFSET = /^([+-])(\d{2}):?(\d{2})?$/;

/** A zone as it is kept: `UTC` is left out. @throws QueryError for a zone that is not there */
export function readZone(zone: string): string | undefined {
  if (/^(utc|gmt|z|ut|zulu|etc\/utc|[+-]00:?00)$/i.test(zone)) return undefined;
  if (OFFSET.test(zone)) return zone;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone && zone;
  } catch (error) {
    throw new QueryError('INVALID_VALUE', `'${zone.slice(0, 100)}' is not a valid time zone`, {
      cause: error,
    });
  }
}

/** The wall clock's time of an instant, in the zone that its type carries. */
export function toLocal(instant: Typed): string {
  const zone = instant.type.kind === 'timestampTz' ? instant.type.zone : undefined;
  const utc = instant.utc ?? `cairn_utc(${instant.sql})`;
  if (zone === undefined) return utc;
  const minutes = offsetMinutes(zone);
  return minutes === undefined
    ? `timezone(${quoteText(zone)}, ${instant.sql})`
    : `(${utc} + to_minutes(${minutes}))`;
}

/** The instant at which the wall clock of a zone shows a time; the time as TIMESTAMP. */
export function fromLocal(local: string, zone: string | undefined): string {
  if (zone === undefined) return `cairn_instant(${local})`;
  const minutes = offsetMinutes(zone);
  return minutes === undefined
    ? `timezone(${quoteText(zone)}, ${local})`
    : `cairn_instant(${local} - to_minutes(${minutes}))`;
}

function offsetMinutes(zone: string): number | undefined {
  const [, sign, hours, minutes = '0'] = OFFSET.exec(zone) ?? [];
  if (sign === undefined) return undefined;
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
}
