// SPDX-License-Identifier: Apache-2.0

type DateForm = 'long' | 'isoSeconds' | 'isoMs' | 'isoOffset' | 'epochMs';

/**
 * How services write times inside requestParameters and responseElements. The long English form is the usual one
 * (seen: iam, sts, rds, ssm, secretsmanager, health); these are the others that recorded events show.
 */
const formByService: ReadonlyMap<string, DateForm> = new Map(
  Object.entries({
    apigateway: 'isoSeconds',
    ec2: 'epochMs',
    lambda: 'isoOffset',
    rolesanywhere: 'isoMs',
    route53resolver: 'isoMs',
  } as const),
);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time as the service's records have it; undefined for a date that is none. All forms are UTC. */
export function dateText(service: string, date: Date): string | number | undefined {
  if (Number.isNaN(date.getTime())) return undefined;
  switch (formByService.get(service) ?? 'long') {
    case 'epochMs':
      return date.getTime();
    case 'isoSeconds':
      return secondsText(date.getTime());
    case 'isoMs':
      return date.toISOString();
    case 'isoOffset':
      return date.toISOString().replace('Z', '+0000');
    case 'long':
      return longText(date);
  }
}

/** `2026-11-21T10:00:00Z`: whole seconds, cut and not rounded. */
export function secondsText(timeMs: number): string {
  const second = Math.floor(timeMs / 1_000);
  if (second !== lastSecond) {
    lastSecondText = `${new Date(timeMs).toISOString().slice(0, -5)}Z`;
    lastSecond = second;
  }
  return lastSecondText;
}

/** Thousands of records in a row have the same second. */
let lastSecond = Number.NaN;
let lastSecondText = '';

/** `Nov 21, 2026, 10:00:00 AM` */
function longText(date: Date): string {
  const hour = date.getUTCHours();
  const two = (part: number) => String(part).padStart(2, '0');
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}, ${clock} ${hour < 12 ? 'AM' : 'PM'}`;
}
